import { read, requireWhole } from '../access.ts'
import type { Context } from '../context.ts'
import { findFirstDay } from './find-usage.ts'
import { dayOf, daysOf, monthAfter, monthOf } from './month.ts'
import { price } from './price.ts'
import { billOfWhole, findFreeDays } from './rules.ts'
import type { GetBilling } from './schema.ts'
import { splitMonth } from './split-month.ts'
import { findStatements } from './statements.ts'

/**
 * A month of the ledger: its days, the number that is paid for, and what each client has of it. Of the whole company, so only for who sees
 * all clients. `number` is null while no day of the month was counted.
 */
export function getBilling(ctx: Context, input: GetBilling) {
  return read(ctx, 'billing:read', async (tx) => {
    requireWhole(ctx, billOfWhole)
    const thisMonth = monthOf(ctx.now)
    const month = input.month ?? thisMonth
    const firstDay = await findFirstDay(tx)
    const { counted, number, cents, isFree, clients } = await splitMonth(tx, month)
    const made = await findStatements(tx, month)
    const free = findFreeDays(counted)
    const byDay = new Map(counted.map((each) => [each.day, each]))
    return {
      month,
      isOver: month < thisMonth,
      /** The trial ran or runs in it: the amount is what it would cost. */
      isFree,
      /** The months beside it that the ledger can tell of. */
      earlier: firstDay && month > monthOf(firstDay) ? (month > thisMonth ? thisMonth : monthAfter(month, -1)) : null,
      later: month < thisMonth ? monthAfter(month) : null,
      number,
      cents,
      currency: price.currency,
      days: daysOf(month).map((day) => {
        const found = byDay.get(day)
        if (found) return { ...found, state: free.has(day) ? ('free' as const) : ('counted' as const) }
        if (day >= dayOf(ctx.now)) return { day, state: 'to-come' as const }
        return { day, state: firstDay === null || day < firstDay ? ('before' as const) : ('missed' as const) }
      }),
      clients: clients.map((client) => ({ ...client, hasStatement: made.has(client.clientId) })),
    }
  })
}
