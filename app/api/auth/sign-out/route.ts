import { answerFailure } from '@/server/api/answer-failure'
import { isFromOwnPage } from '@/server/auth/peer-address'
import { signOut } from '@/server/auth/session'
import { endStreamsOf } from '@/server/live/hub'
import { paths } from '@/server/paths'
import { goTo } from '../go-to'

/** Ends the session of this browser, and what it still listens to. */
export async function POST(request: Request): Promise<Response> {
  if (!isFromOwnPage(request.headers)) return goTo(paths.signIn())
  try {
    const tokenHash = await signOut()
    if (tokenHash) endStreamsOf({ tokenHash })
  } catch (error) {
    return answerFailure(error)
  }
  return goTo(paths.signIn())
}
