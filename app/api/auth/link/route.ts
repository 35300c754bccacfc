import { answerFailure } from '@/server/api/answer-failure'
import { readLimitedBody } from '@/server/api/check-request'
import { beginOwnSession } from '@/server/auth/begin-own-session'
import { stageAfterFirstProof } from '@/server/auth/factors'
import { isFromOwnPage, isFromThisMachine } from '@/server/auth/peer-address'
import { countTry, returnTry } from '@/server/auth/rate-limits'
import { redeemSignInLink } from '@/server/auth/redeem-sign-in-link'
import { visitOf } from '@/server/auth/visit'
import { DomainError } from '@/server/errors'
import { paths } from '@/server/paths'
import { goTo } from '../go-to'

/**
 * The confirm button of a sign-in link: uses the link up, sets the session's cookie and goes home, or on to the second factor. Every
 * refusal looks the same.
 */
export async function POST(request: Request): Promise<Response> {
  try {
    return await redeem(request)
  } catch (error) {
    if (error instanceof DomainError) return goTo(paths.signInRefused())
    return answerFailure(error)
  }
}

async function redeem(request: Request): Promise<Response> {
  if (!isFromOwnPage(request.headers)) return goTo(paths.signInRefused())
  const visit = visitOf(request.headers)
  await countTry('link-address', visit.address)
  const body = await readLimitedBody(request.body)
  const token = new URLSearchParams(new TextDecoder().decode(body ?? undefined)).get('token') ?? ''
  const person = await redeemSignInLink(token, 'console', visit.now)
  if (!person) return goTo(paths.signInRefused())
  // Only tries that fail count: a whole office may sign in from one address.
  await returnTry('link-address', visit.address)
  const { userId, stands } = person
  // On the machine itself a link is enough. Elsewhere it is a first proof, as a password is.
  const stage = isFromThisMachine(request.headers) ? 'full' : await stageAfterFirstProof(userId)
  await beginOwnSession({ userId, stage, method: 'link', stands }, visit.now)
  return goTo({ full: paths.home, 'second-factor': paths.secondFactor, enrol: paths.enrolFactor }[stage]())
}
