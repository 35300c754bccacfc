import { desc, ne } from 'drizzle-orm'
import { meterChecks } from '../../db/schema/billing.ts'
import type { Tx } from '../access.ts'
import { isStripeConnected } from '../billing/stripe-connection.ts'
import type { Context } from '../context.ts'
import type { Need } from './rules.ts'

/** Months of which Stripe's meter has another number than the ledger, for who may read the bill. */
export async function findMeterNeeds(tx: Tx, ctx: Context): Promise<Need[]> {
  if (!isStripeConnected() || !ctx.permissions.has('billing:read') || ctx.clients !== 'all') return []
  const { month, ledgerDevices, meterDevices, checkedAt: at } = meterChecks
  const found = await tx
    .select({ month, ledgerDevices, meterDevices, at })
    .from(meterChecks)
    .where(ne(ledgerDevices, meterDevices))
    .orderBy(desc(month))
    .limit(2)
  return found.map((each) => ({ kind: 'meter-differs', key: each.month, isToday: true, ...each }))
}
