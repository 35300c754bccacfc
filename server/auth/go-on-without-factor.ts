import { DomainError, notAllowedNow } from '../errors.ts'
import { hashNewPassword, needsPassword } from './add-factor.ts'
import { changeWaysIn } from './change-ways-in.ts'
import { endRecoveryLinks } from './factors.ts'
import { isOneProofEnough } from './one-factor.ts'
import { storePassword } from './passwords.ts'
import { type SessionRow, type SessionStart, sessionStands } from './sessions.ts'
import type { AuthTx } from './store.ts'
import { tellMsps } from './tell-msps.ts'
import { findWaysIn, hasWayIn } from './ways-in.ts'

/**
 * How somebody on "Add a second factor" may go on without one. `later`: this session began with their password, which is enough now.
 * `password`: they came by a mail or a link and choose one. Null: they add a factor, or sign in with what they have.
 */
export type WayWithoutFactor = 'later' | 'password'

export async function findWayWithoutFactor(session: SessionRow, tx?: AuthTx): Promise<WayWithoutFactor | null> {
  if (session.stage !== 'enrol' || !(await isOneProofEnough(session.userId, tx))) return null
  if (session.method === 'password') return 'later'
  // A mailbox gets nobody past an account that they have linked, nor past a password they did not come to reset.
  if (hasWayIn(await findWaysIn(session.userId, tx))) return null
  return (await needsPassword(session)) ? 'password' : null
}

/**
 * Goes on with a password alone where no company of the person asks for more. Answers what the full session begins with; it is told from others
 * as long as it lasts (`hasOneFactor`). `not-allowed-now` for everybody else, `invalid` with what is wrong with a chosen password. Whoever
 * calls this ends their other sessions where one was chosen.
 */
export async function goOnWithoutFactor(
  session: SessionRow,
  { password }: { password?: string },
  now: Date,
): Promise<{ start: SessionStart; hasChosen: boolean }> {
  const { userId, tokenHash } = session
  const way = await findWayWithoutFactor(session)
  if (!way) throw notAllowedNow(refusal)
  const base = {
    userId,
    stage: 'full',
    hasOneFactor: true,
    method: 'password',
    stands: sessionStands(tokenHash),
  } as const
  // No fresher a proof than it was: the page may have stood open for an hour.
  if (way === 'later') return { start: { ...base, provedAt: session.createdAt }, hasChosen: false }
  if (password === undefined) throw new DomainError('invalid', 'Choose a password, or add a second factor.')
  const passwordHash = await hashNewPassword(session, password)
  await changeWaysIn(session, async (tx) => {
    // Judged once more, in turn with whoever adds a factor at this moment.
    if ((await findWayWithoutFactor(session, tx)) !== 'password') throw notAllowedNow(refusal)
    await storePassword(tx, userId, passwordHash, now)
    await endRecoveryLinks(tx, userId)
    await tellMsps(tx, { userId, action: 'password:change', at: now })
  })
  return { start: { ...base, provedAt: now }, hasChosen: true }
}

const refusal = 'You do not come in without a second factor here. Add one, or sign in with the one you have.'
