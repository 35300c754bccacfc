import { desc } from 'drizzle-orm'
import { invoices, meterChecks, meterSendings } from '../../db/schema/billing.ts'
import { read, requireWhole } from '../access.ts'
import type { Context } from '../context.ts'
import { standingOf } from './entitlement.ts'
import { findPaying } from './find-standing.ts'
import { firstDayOf, monthAfter, monthOf } from './month.ts'
import { billOfWhole } from './rules.ts'
import { isStripeConnected } from './stripe-connection.ts'

const mostInvoices = 24
const mostSendings = 10

/** How the company pays: its standing, its newest invoices, what the meter was told last, and whether it has that. */
export function getSubscription(ctx: Context) {
  return read(ctx, 'billing:read', async (tx) => {
    requireWhole(ctx, billOfWhole)
    const paying = await findPaying(tx)
    const checks = await tx.select().from(meterChecks).orderBy(desc(meterChecks.month)).limit(2)
    const endsAt = new Date(firstDayOf(monthAfter(monthOf(ctx.now))))
    return {
      /** What a cancellation of now would mean: a trial that runs is not cut short by it. */
      ifCancelled: { endsAt, readOnlyFrom: paying.trialEndsAt > endsAt ? paying.trialEndsAt : endsAt },
      standing: isStripeConnected() ? standingOf(paying, ctx.now) : ({ kind: 'unbilled' } as const),
      asOf: ctx.now,
      hasCustomer: paying.status !== null,
      invoices: await tx.select().from(invoices).orderBy(desc(invoices.issuedAt)).limit(mostInvoices),
      sendings: await tx.select().from(meterSendings).orderBy(desc(meterSendings.day)).limit(mostSendings),
      differences: checks.filter((each) => each.ledgerDevices !== each.meterDevices),
    }
  })
}
