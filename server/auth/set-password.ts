import { eq } from 'drizzle-orm'
import { sessions } from '../../db/schema/auth.ts'
import { DomainError } from '../errors.ts'
import { hashNewPassword } from './add-factor.ts'
import { changeWaysIn } from './change-ways-in.ts'
import { endRecoveryLinks } from './factors.ts'
import { findPassword, storePassword, verifyPassword } from './passwords.ts'
import { countTry, forgetTries, returnTry } from './rate-limits.ts'
import type { SessionRow } from './sessions.ts'
import { tellMsps } from './tell-msps.ts'
import { tellRefusal } from './tell-refusal.ts'
import type { Visit } from './visit.ts'

/** Checks the password that a signed-in person types again. `forbidden` for a wrong one; `too-many` before anything is hashed. */
export async function checkOwnPassword(userId: string, password: string | undefined, visit: Visit): Promise<void> {
  await countTry('password-here', userId, visit.address)
  await countTry('password-account', userId)
  const stored = await findPassword(userId)
  if (!stored || password === undefined || !(await verifyPassword(stored.hash, password))) {
    tellRefusal(userId, 'wrong password', visit)
    throw new DomainError('forbidden', 'This is not your password.')
  }
  await forgetTries('password-here', userId, visit.address)
  await returnTry('password-account', userId)
}

/**
 * Gives the person a new password. The former one is asked for, unless they have none or came to reset it. `invalid` with what is wrong
 * with the new one, `forbidden` for a wrong former one. Whoever calls this ends their other sessions.
 */
export async function setPassword(
  session: SessionRow,
  input: { current?: string; password: string },
  visit: Visit,
): Promise<void> {
  const { userId } = session
  if (!session.mayResetPassword && (await findPassword(userId))) await checkOwnPassword(userId, input.current, visit)
  const passwordHash = await hashNewPassword(session, input.password)
  await changeWaysIn(session, async (tx) => {
    await storePassword(tx, userId, passwordHash, visit.now)
    // The reset is done: from here on the new password is asked for again.
    await tx.update(sessions).set({ mayResetPassword: false }).where(eq(sessions.tokenHash, session.tokenHash))
    await endRecoveryLinks(tx, userId)
    await tellMsps(tx, { userId, action: 'password:change', at: visit.now })
  })
}
