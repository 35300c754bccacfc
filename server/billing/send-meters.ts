import { isNotNull } from 'drizzle-orm'
import { meterChecks, meterSendings, subscriptions } from '../../db/schema/billing.ts'
import { acrossTenants, perform, read } from '../access.ts'
import type { Context } from '../context.ts'
import { findPaying } from './find-standing.ts'
import { findCountedDays } from './find-usage.ts'
import { findMeterValue, sendMeterEvent } from './gateway.ts'
import { boundsOfMonth, daysToSend, endOfDay, meterIdentifier, numberAfter } from './meter-rules.ts'
import { monthOf } from './month.ts'
import { isStripeConnected } from './stripe-connection.ts'

/**
 * Each night for every company that pays: looks first whether the meter has what it was told, then tells it the number of the month so far. One
 * company's failure is thrown after the others. Answers how many numbers were sent.
 */
export async function sendMeters(contextOf: (mspId: string) => Context, now: Date): Promise<number> {
  if (!isStripeConnected()) return 0
  const mspIds = await findPayers()
  const failures: unknown[] = []
  let sent = 0
  for (const mspId of mspIds)
    try {
      const ctx = { ...contextOf(mspId), now }
      await checkMeter(ctx)
      sent += await sendMeter(ctx)
    } catch (error) {
      failures.push(error)
    }
  if (failures.length > 0) throw new AggregateError(failures, `Meters not told: ${failures.length}`)
  return sent
}

function findPayers(): Promise<string[]> {
  return acrossTenants('meters of all payers', async (tx) => {
    const rows = await tx
      .select({ mspId: subscriptions.mspId })
      .from(subscriptions)
      .where(isNotNull(subscriptions.subscriptionId))
      .orderBy(subscriptions.mspId)
    return rows.map((row) => row.mspId)
  })
}

/** Tells the meter of one company what it was not told yet. What fails between telling and noting is told once more under the same name. */
export async function sendMeter(ctx: Context): Promise<number> {
  const due = await read(ctx, 'billing:follow', async (tx) => {
    const { customerId, startedAt, cancelAt, trialEndsAt } = await findPaying(tx)
    if (!customerId || !startedAt) return []
    const told = new Set((await tx.select({ day: meterSendings.day }).from(meterSendings)).map(({ day }) => day))
    const found = []
    for (const day of daysToSend({ startedAt, cancelAt }, ctx.now, told)) {
      const devices = numberAfter(day, await findCountedDays(tx, monthOf(day)), trialEndsAt)
      if (devices !== null) found.push({ customerId, day, devices })
    }
    return found
  })
  for (const { customerId, day, devices } of due) {
    await sendMeterEvent({ customerId, devices, identifier: meterIdentifier(ctx.mspId, day), at: endOfDay(day) })
    await perform(ctx, 'billing:follow', async (tx) => {
      await tx.insert(meterSendings).values({ mspId: ctx.mspId, day, devices, sentAt: ctx.now }).onConflictDoNothing()
      return { value: undefined, changes: [] }
    })
  }
  return due.length
}

/**
 * Compares each month that the meter was told of in the last days with the ledger, reckoned anew, and keeps both numbers. Where they differ the billing page
 * says so in plain words.
 */
export async function checkMeter(ctx: Context): Promise<void> {
  const told = await read(ctx, 'billing:follow', async (tx) => {
    const { customerId, trialEndsAt } = await findPaying(tx)
    const sendings = await tx.select({ day: meterSendings.day }).from(meterSendings).orderBy(meterSendings.day)
    // The newest day of each of the last two months: what the meter should have.
    const newest = [...new Map(sendings.map(({ day }) => [monthOf(day), day]))].slice(-2)
    const found = []
    for (const [month, day] of newest)
      found.push({
        customerId: customerId ?? '',
        month,
        ledgerDevices: numberAfter(day, await findCountedDays(tx, month), trialEndsAt) ?? 0,
      })
    return found
  })
  for (const { customerId, month, ledgerDevices } of told) {
    const { from, to } = boundsOfMonth(month)
    const meterDevices = (await findMeterValue(customerId, from, to)) ?? 0
    const row = { mspId: ctx.mspId, month, ledgerDevices, meterDevices, checkedAt: ctx.now }
    await perform(ctx, 'billing:follow', async (tx) => {
      await tx
        .insert(meterChecks)
        .values(row)
        .onConflictDoUpdate({ target: [meterChecks.mspId, meterChecks.month], set: row })
      return { value: undefined, changes: [] }
    })
  }
}
