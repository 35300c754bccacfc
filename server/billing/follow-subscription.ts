import { sql } from 'drizzle-orm'
import { invoices } from '../../db/schema/billing.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { findPaying } from './find-standing.ts'
import { fetchState } from './gateway.ts'
import { storeState } from './store-state.ts'

/**
 * Asks Stripe how the company's customer stands and stores that: once or ten times, after whichever event. An answer to a question that was asked
 * before the one whose answer is stored changes nothing. Answers whether something changed.
 */
export async function followSubscription(ctx: Context, customerId: string): Promise<boolean> {
  const state = await fetchState(customerId)
  return perform(ctx, 'billing:follow', async (tx) => {
    const before = await findPaying(tx)
    const next = await storeState(tx, ctx, customerId, state)
    if (!next) return { value: false, changes: [] }
    if (state.invoices.length > 0)
      await tx
        .insert(invoices)
        .values(state.invoices.map(({ finalizedAt: _, ...invoice }) => ({ mspId: ctx.mspId, ...invoice })))
        .onConflictDoUpdate({
          target: [invoices.mspId, invoices.invoiceId],
          set: {
            number: sql`excluded.number`,
            status: sql`excluded.status`,
            cents: sql`excluded.cents`,
            url: sql`excluded.url`,
          },
        })
    const isNew = before.status !== next.status || before.cancelAt?.getTime() !== next.cancelAt?.getTime()
    if (!isNew) return { value: false, changes: [] }
    const details = { was: before.status, is: next.status, endsAt: next.cancelAt }
    return {
      value: true,
      changes: [{ clientId: null, subject: { kind: 'msp', id: ctx.mspId, name: before.name }, details }],
    }
  })
}
