import type { Tx } from '../access.ts'
import { type CountedDay, findClientDays, findCountedDays, findNames, nameOf } from './find-usage.ts'
import { amountOf, monthNumber, splitUsage } from './rules.ts'

/** A month of the ledger as it is paid for: its counted days, the number, the amount, and what each client has of it. For who sees all clients. */
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
  return { counted, number, cents, clients: splitUsage(peaksOf, counted.length, cents) }
}
