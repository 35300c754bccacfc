import { cookies } from 'next/headers'
import { answerFailure } from '@/server/api/answer-failure'
import { isFromOwnPage, isFromThisMachine } from '@/server/auth/peer-address'
import { redeemSignInLink } from '@/server/auth/redeem-sign-in-link'
import { hashToken } from '@/server/auth/secret-token'
import { endSession } from '@/server/auth/sessions'
import { hasSecureCookies, sessionCookieName } from '@/server/auth/store'
import { endStreamsOf } from '@/server/live/hub'
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
  const session = await redeemSignInLink(token, new Date())
  if (!session) return goTo(paths.signInRefused())
  const jar = await cookies()
  // Whoever was signed in here before is not any more.
  const former = jar.get(sessionCookieName())?.value
  if (former) {
    const tokenHash = hashToken(former)
    await endSession(tokenHash)
    endStreamsOf({ tokenHash })
  }
  jar.set(sessionCookieName(), session.token, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: hasSecureCookies(),
    expires: session.expiresAt,
  })
  return goTo(paths.home())
}
