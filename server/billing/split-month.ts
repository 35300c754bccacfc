import type { Tx } from '../access.ts'
import { isFreeMonth } from './entitlement.ts'
import { findPaying } from './find-standing.ts'
import { type CountedDay, findClientDays, findCountedDays, findNames, nameOf } from './find-usage.ts'
import { amountOf, monthNumber, splitUsage } from './rules.ts'
import { isStripeConnected } from './stripe-connection.ts'

/**
 * A month of the ledger as it is paid for: its counted days, the number, the amount, and what each client has of it. `isFree`: the trial ran or
 * runs in it, nothing is taken, and the amounts are what it would cost. For who sees all clients.
 */
export async function splitMonth(tx: Tx, month: string) {
  const counted: CountedDay[] = await findCountedDays(tx, month)
  const clientDays = await findClientDays(tx, month)
  const names = await findNames(tx)
  const number = monthNumber(counted.map(({ peak }) => peak))
  const cents = amountOf(number ?? 0)
  const peaksOf = [...Map.groupBy(clientDays, ({ clientId }) => clientId)].map(([clientId, days]) => ({
    clientId,
    ...nameOf(names, clientId),
    peaks: days.map(({ peak }) => peak),
  }))
  const isFree = isStripeConnected() && isFreeMonth(month, (await findPaying(tx)).trialEndsAt)
  return { counted, number, cents, isFree, clients: splitUsage(peaksOf, counted.length, cents) }
}
