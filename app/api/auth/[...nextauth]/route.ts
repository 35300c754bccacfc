import { answerFailure } from '@/server/api/answer-failure'
import { providerOfCallback } from '@/server/auth/directory-exchange'
import { finishDirectory } from '@/server/auth/directory-sign-in'
import { paths } from '@/server/paths'
import { goTo } from '../go-to'

export const dynamic = 'force-dynamic'

/** Where directories send browsers back to: `callback/<provider>`. Of all that next-auth would answer here there is nothing else. */
export async function GET(request: Request, { params }: RouteContext<'/api/auth/[...nextauth]'>): Promise<Response> {
  const [action, id = '', ...more] = (await params).nextauth
  const provider = action === 'callback' && more.length === 0 ? providerOfCallback(id) : null
  if (!provider) return new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
  try {
    const { purpose, refusal } = await finishDirectory(provider, request)
    return goTo(paths.afterDirectory(purpose, refusal ?? (purpose === 'link' ? 'linked' : undefined)))
  } catch (error) {
    return answerFailure(error)
  }
}
