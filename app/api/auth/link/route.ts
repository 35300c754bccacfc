import { answerFailure } from '@/server/api/answer-failure'
import { beginOwnSession } from '@/server/auth/begin-own-session'
import { isFromOwnPage, isFromThisMachine } from '@/server/auth/peer-address'
import { redeemSignInLink } from '@/server/auth/redeem-sign-in-link'
import { paths } from '@/server/paths'
import { goTo } from '../go-to'

/** The confirm button of a sign-in link: uses the link up, sets the session's cookie and goes home. Every refusal looks the same. */
export async function POST(request: Request): Promise<Response> {
  try {
    return await redeem(request)
  } catch (error) {
    return answerFailure(error)
  }
}

async function redeem(request: Request): Promise<Response> {
  if (!isFromThisMachine(request.headers) || !isFromOwnPage(request.headers)) return goTo(paths.signInRefused())
  const token = new URLSearchParams(await request.text()).get('token') ?? ''
  const now = new Date()
  const person = await redeemSignInLink(token, 'console', now)
  if (!person) return goTo(paths.signInRefused())
  await beginOwnSession({ userId: person.userId, stage: 'full', method: 'link' }, now)
  return goTo(paths.home())
}
