import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { findPaying } from './find-standing.ts'
import { fetchState } from './gateway.ts'
import { storeInvoices, storeState } from './store-state.ts'

/**
 * Asks Stripe how the company's customer stands and stores that: once or ten times, after whichever event. `outdated`, and nothing is changed: a
 * question that was asked later was answered sooner.
 */
export async function followSubscription(ctx: Context, customerId: string): Promise<'changed' | 'same' | 'outdated'> {
  const state = await fetchState(customerId)
  return perform(ctx, 'billing:follow', async (tx) => {
    const before = await findPaying(tx)
    const next = await storeState(tx, ctx, customerId, state)
    if (!next) return { value: 'outdated', changes: [] }
    const isNew = before.status !== next.status || before.cancelAt?.getTime() !== next.cancelAt?.getTime()
    const changed = await storeInvoices(tx, ctx, state.invoices)
    const told = [
      ...(isNew ? [{ was: before.status, is: next.status, endsAt: next.cancelAt }] : []),
      ...changed.map(({ number, status }) => ({ invoice: number, is: status })),
    ]
    const subject = { kind: 'msp', id: ctx.mspId, name: before.name } as const
    return {
      value: told.length > 0 ? 'changed' : 'same',
      changes: told.map((details) => ({ clientId: null, subject, details })),
    }
  })
}
