import { notAllowedNow } from '../errors.ts'
import { type Factors, findFactors } from './factors.ts'
import { type LinkedDirectory, listLinked, trustIn } from './linked-directories.ts'
import { lastWayReason } from './rules.ts'
import { type AuthTx, authDatabase } from './store.ts'

/** All that a person can prove themselves with, beside a password and a mailbox. */
export interface WaysIn extends Factors {
  /** `isTrusted`: by every company that the person belongs to. */
  linked: (LinkedDirectory & { isTrusted: boolean })[]
}

export async function findWaysIn(userId: string, tx: AuthTx = authDatabase()): Promise<WaysIn> {
  const factors = await findFactors(userId, tx)
  const linked: WaysIn['linked'] = []
  for (const one of await listLinked(userId, tx))
    linked.push({ ...one, isTrusted: (await trustIn(userId, one, tx)) === 'all' })
  return { ...factors, linked }
}

/**
 * Whoever has one shows it: a mailbox gets nobody past it, not even past an account that no company trusts now; nor does a password alone,
 * but for a client manager of whom no company asks for more and who has no factor (`one-factor.ts`).
 */
export const hasWayIn = (ways: WaysIn): boolean => ways.hasTotp || ways.passkeys > 0 || ways.linked.length > 0

/**
 * How many ways there are of which each lets the person in everywhere. The last of them stays, whatever it is; an account at a directory
 * that not all of their companies trust is none.
 */
export const countFullWays = (ways: WaysIn): number =>
  Number(ways.hasTotp) + ways.passkeys + ways.linked.filter(({ isTrusted }) => isTrusted).length

/** Throws `not-allowed-now` where what was just taken away in this transaction was the last way in. */
export async function requireWayLeft(tx: AuthTx, userId: string): Promise<void> {
  if (countFullWays(await findWaysIn(userId, tx)) === 0) throw notAllowedNow(lastWayReason)
}
