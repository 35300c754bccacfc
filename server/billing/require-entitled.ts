import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import type { Action } from '../permissions.ts'
import { standingOf } from './entitlement.ts'
import { findPaying } from './find-standing.ts'
import { goesOnReadOnly, readOnlyWords } from './rules.ts'
import { isStripeConnected } from './stripe-connection.ts'

/**
 * Throws `not-allowed-now` where a person or a program would change something while their company is read-only, but for what makes things safer, ends
 * something or pays. What Patchward does by itself goes on: nobody's security patches stop because a card failed.
 */
export async function requireEntitled(tx: Tx, ctx: Context, action: Action): Promise<void> {
  if (!isStripeConnected() || ctx.actor.kind === 'system' || goesOnReadOnly.has(action)) return
  const standing = standingOf(await findPaying(tx), ctx.now)
  if (standing.kind === 'read-only') throw notAllowedNow(readOnlyWords[standing.why])
}
