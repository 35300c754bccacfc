import { goTo } from '@/app/api/auth/go-to'
import { answerFailure } from '@/server/api/answer-failure'
import { membershipsOf } from '@/server/auth/contexts'
import { findSignedIn } from '@/server/auth/session'
import { paths } from '@/server/paths'

export const dynamic = 'force-dynamic'

/**
 * An MSP's product begins where the person's does: the console with what needs somebody, the portal for a client manager. It gives nothing
 * away: both say themselves who may see them.
 */
export async function GET(_request: Request, { params }: RouteContext<'/m/[msp]'>): Promise<Response> {
  const { msp } = await params
  try {
    const signedIn = await findSignedIn()
    if (!signedIn) return goTo(paths.signIn())
    const own = (await membershipsOf(signedIn.userId)).find((each) => each.slug === msp)
    return goTo(own?.role === 'client-manager' ? paths.portal(msp) : paths.overview(msp))
  } catch (error) {
    return answerFailure(error)
  }
}
