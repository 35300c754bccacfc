import { read, requireWhole } from '../access.ts'
import type { Context } from '../context.ts'
import { findClientDays, findCountedDays, findNames, nameOf } from './find-usage.ts'
import { monthOf } from './month.ts'
import { billOfWhole, findFreeDays } from './rules.ts'
import type { ListUsageDays } from './schema.ts'

/** Each counted day of a month for each client that had a device in it, or for one of them: what is behind its number. Days without a device are zeros. */
export function listUsageDays(ctx: Context, input: ListUsageDays) {
  return read(ctx, 'billing:read', async (tx) => {
    requireWhole(ctx, billOfWhole)
    const month = input.month ?? monthOf(ctx.now)
    const counted = await findCountedDays(tx, month)
    const found = await findClientDays(tx, month, input.client)
    const names = await findNames(tx)
    const clients = Map.groupBy(found, ({ clientId }) => clientId)
    const rows = [...clients].map(([clientId, known]) => {
      const own = new Map(known.map((each) => [each.day, each]))
      const days = counted.map(({ day }) => own.get(day) ?? { clientId, day, enrolled: 0, peak: 0 })
      const free = findFreeDays(days)
      const name = nameOf(names, clientId).name
      return days.map((each) => ({ ...each, name, isFree: free.has(each.day) }))
    })
    return rows.sort(([a], [b]) => (a?.name ?? '').localeCompare(b?.name ?? '')).flat()
  })
}
