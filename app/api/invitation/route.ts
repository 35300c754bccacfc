import { answerFailure } from '@/server/api/answer-failure'
import { readLimitedBody } from '@/server/api/check-request'
import { beginOwnSession } from '@/server/auth/begin-own-session'
import { takeInvitation } from '@/server/auth/invitation-guest'
import { isFromOwnPage } from '@/server/auth/peer-address'
import { findSignedIn } from '@/server/auth/session'
import { paths } from '@/server/paths'
import { goTo } from '../auth/go-to'

/** The button of an invitation: uses it up, and leads to adding a first factor, or to the sign-in. A refusal says why. */
export async function POST(request: Request): Promise<Response> {
  if (!isFromOwnPage(request.headers)) return goTo(paths.invitationRefused())
  try {
    return await accept(request)
  } catch (error) {
    return answerFailure(error)
  }
}

async function accept(request: Request): Promise<Response> {
  const body = await readLimitedBody(request.body)
  const token = new URLSearchParams(new TextDecoder().decode(body ?? undefined)).get('token') ?? ''
  const now = new Date()
  const taken = await takeInvitation(token, now)
  if (taken.kind === 'refused') return goTo(paths.invitationRefused(taken.why))
  const { userId, next, slug } = taken
  if (next === 'sign-in') {
    const signedIn = await findSignedIn()
    return goTo(signedIn?.userId === userId ? paths.msp(slug) : paths.invitationAccepted())
  }
  await beginOwnSession({ userId, stage: 'enrol', method: 'invitation' }, now)
  return goTo(paths.enrolFactor())
}
