import { eq, sql } from 'drizzle-orm'
import { statements } from '../../db/schema/billing.ts'
import { clients, msps } from '../../db/schema/tenancy.ts'
import { acrossTenants, perform, read, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { findLook } from '../reports/delivery/find-look.ts'
import { findClientDays } from './find-usage.ts'
import { firstDayOf, monthAfter, monthOf } from './month.ts'
import { price } from './price.ts'
import { renderStatement } from './render-statement.ts'
import { findFreeDays } from './rules.ts'
import { splitMonth } from './split-month.ts'
import type { Statement } from './tell-statement.ts'

/** Statements of one round: a few seconds of work, so that a worker that ends loses little. */
const mostOfRound = 50
/** After the end of a month, so that its last look at the devices is in the ledger. */
const waitMs = 20 * 60_000

/**
 * Makes the statements of the month that ended last, for clients that have part in it and have none yet, over all MSPs; answers how many.
 * Idempotent: one that is there stays. Throws, after all others are done, where one could not be made.
 */
export async function makeDueStatements(contextOf: (mspId: string) => Context, now: Date): Promise<number> {
  const month = monthAfter(monthOf(new Date(now.getTime() - waitMs)), -1)
  const failures: unknown[] = []
  let made = 0
  for (const [mspId, due] of Map.groupBy(await findDue(month), (row) => row.mspId))
    try {
      made += await makeStatements({ ...contextOf(mspId), now }, month, new Set(due.map((row) => row.clientId)))
    } catch (error) {
      failures.push(error)
    }
  if (failures.length > 0)
    throw new AggregateError(failures, `Companies whose statements of ${month} were not made: ${failures.length}`)
  return made
}

function findDue(month: string): Promise<{ mspId: string; clientId: string }[]> {
  return acrossTenants('due statements', async (tx) => [
    ...(await tx.execute<{ mspId: string; clientId: string }>(sql`
      select c.msp_id as "mspId", c.id as "clientId" from clients c
      where c.archived_at is null
        and exists (select from usage_daily u where u.msp_id = c.msp_id and u.client_id = c.id
          and u.day >= ${firstDayOf(month)}::date and u.day < ${firstDayOf(monthAfter(month))}::date)
        and not exists (select from statements s where s.msp_id = c.msp_id and s.client_id = c.id and s.month = ${month})
      order by c.msp_id, c.id limit ${mostOfRound}`)),
  ])
}

async function makeStatements(ctx: Context, month: string, due: ReadonlySet<string>): Promise<number> {
  const { look, found } = await read(ctx, 'billing:follow', async (tx) => ({
    look: await findLook(tx),
    found: await writeStatements(tx, ctx, month, due),
  }))
  let made = 0
  for (const { clientId, statement } of found) {
    const pdf = await renderStatement(statement, look)
    made += await perform(ctx, 'billing:follow', async (tx) => {
      // Archived or erased meanwhile: then nobody is shown it.
      const [client] = await tx
        .select({ at: clients.archivedAt })
        .from(clients)
        .where(eq(clients.id, clientId))
        .for('share')
      if (!client || client.at) return { value: 0, changes: [] }
      const stored = await tx
        .insert(statements)
        .values({ mspId: ctx.mspId, clientId, month, madeAt: ctx.now, pdf })
        .onConflictDoNothing()
        .returning({ clientId: statements.clientId })
      return { value: stored.length, changes: [] }
    })
  }
  return made
}

async function writeStatements(
  tx: Tx,
  ctx: Context,
  month: string,
  due: ReadonlySet<string>,
): Promise<{ clientId: string; statement: Statement }[]> {
  const { counted, isFree, clients: shares } = await splitMonth(tx, month)
  const [msp] = await tx.select({ name: msps.name }).from(msps)
  const days = Map.groupBy(await findClientDays(tx, month), ({ clientId }) => clientId)
  return shares
    .filter(({ clientId }) => due.has(clientId))
    .map(({ clientId, name, peak, number, cents }) => {
      const own = new Map(days.get(clientId)?.map((each) => [each.day, each]))
      const all = counted.map(({ day }) => own.get(day) ?? { day, enrolled: 0, peak: 0 })
      const free = findFreeDays(all)
      const told = all.map(({ day, enrolled, peak: most }) => ({ day, enrolled, peak: most, isFree: free.has(day) }))
      const statement = { month, client: name, msp: msp?.name ?? '', madeAt: ctx.now, peak, number, cents, isFree }
      return { clientId, statement: { ...statement, currency: price.currency, days: told } }
    })
}
