import { DomainError } from '../errors.ts'
import { changeWaysIn } from './change-ways-in.ts'
import { endRecoveryLinks, hasFactor } from './factors.ts'
import { passwordFault } from './password-rules.ts'
import { findPassword, hashPassword, storePassword } from './passwords.ts'
import { renewRecoveryCodes } from './recovery-codes.ts'
import type { SessionRow } from './sessions.ts'
import type { AuthTx } from './store.ts'
import { tellMsps } from './tell-msps.ts'
import { findWaysIn, hasWayIn } from './ways-in.ts'

export type FactorKind = 'passkey' | 'totp'
const words: Record<FactorKind, string> = { passkey: 'passkey', totp: 'authenticator app' }

/** Why this person needs to choose a password before a code can be their second factor, as the page asks it. */
export async function needsPassword(session: SessionRow): Promise<boolean> {
  return session.mayResetPassword || (await findPassword(session.userId)) === null
}

/**
 * Adds a factor that was proved, and with it a password where one was chosen. Answers recovery codes with a person's first factor, in
 * clear; null when they have some. At stage `enrol` only the first factor is added: who has one proves it instead, and of two at once
 * only one is the first.
 */
export async function addFactor(
  session: SessionRow,
  factor: { kind: FactorKind; keep: (tx: AuthTx) => Promise<void>; password?: string },
  now: Date,
): Promise<{ recoveryCodes: string[] | null }> {
  const { userId } = session
  const hasPassword = (await findPassword(userId)) !== null
  if (factor.password !== undefined && hasPassword && !session.mayResetPassword)
    throw new DomainError('not-allowed-now', 'You have a password. Change it at Security, with the one you have.')
  if (factor.kind === 'totp' && factor.password === undefined && !hasPassword && !session.directory)
    throw new DomainError('invalid', 'Choose a password too: you sign in with both.')
  const passwordHash = factor.password === undefined ? null : await hashNewPassword(session, factor.password)
  return changeWaysIn(session, async (tx) => {
    const before = await findWaysIn(userId, tx)
    if (session.stage !== 'full' && hasWayIn(before))
      throw new DomainError(
        'not-allowed-now',
        'You have a way in already. Sign in with it; then add another under Security.',
      )
    await factor.keep(tx)
    if (passwordHash) await storePassword(tx, userId, passwordHash, now)
    const isFirst = !hasFactor(before) || before.recoveryCodesLeft === 0
    const recoveryCodes = isFirst ? await renewRecoveryCodes(tx, userId, now) : null
    await endRecoveryLinks(tx, userId)
    await tellMsps(tx, { userId, action: 'factor:add', at: now, reason: words[factor.kind] })
    if (passwordHash) await tellMsps(tx, { userId, action: 'password:change', at: now })
    return { recoveryCodes }
  })
}

/** Checks a password somebody chose. Throws `invalid` with the sentence of what is wrong with it. */
export async function hashNewPassword(person: { name: string; email: string }, password: string): Promise<string> {
  const fault = passwordFault(password, person)
  if (fault) throw new DomainError('invalid', fault)
  return hashPassword(password)
}
