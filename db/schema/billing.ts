import { sql } from 'drizzle-orm'
import { date, foreignKey, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytes } from './bytes.ts'
import { clients, msps } from './tenancy.ts'
import { clientScope, moment, mspScope, tenantTable } from './tenant-table.ts'

/** What the usage sweep saw on a UTC day: the highest of its looks, so that a day only grows. */
const peaks = {
  /** A UTC day, as `2026-11-22`. */
  day: date({ mode: 'string' }).notNull(),
  /** Devices that are not retired. */
  enrolledPeak: integer().notNull(),
  /** Those of them that were seen in the last 30 days: what is paid for. */
  activePeak: integer().notNull(),
}

/**
 * The usage ledger of each client. A client without devices has no row. No foreign key to the client: what was counted outlives it, so that a
 * bill can be explained after an erasure. A number and an id are all that stays.
 */
export const usageDaily = tenantTable('usage_daily', { ...clientScope, ...peaks }, (t) => [
  primaryKey({ columns: [t.mspId, t.clientId, t.day] }),
  foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
  index('usage_daily_day').on(t.mspId, t.day),
])

/**
 * The same of the whole MSP, with a row for each day that was counted, also with nothing: no row says that nobody counted. Not the sum of the
 * clients: a device that moves is in the peaks of both on that day, and here once.
 */
export const usageDailyTotals = tenantTable('usage_daily_totals', { ...mspScope, ...peaks }, (t) => [
  primaryKey({ columns: [t.mspId, t.day] }),
  foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
])

/**
 * The statement of each client for a month that is over, as PDF: made once by the worker and never changed. It names its client, so it goes with
 * it, while the ledger it was reckoned from stays. No hash as a report's: that tells a count anew from the frozen one, and a statement has no
 * revisions; grants and a trigger keep its bytes.
 */
export const statements = tenantTable(
  'statements',
  { ...clientScope, month: text().notNull(), madeAt: moment().notNull(), pdf: bytes().notNull() },
  (t) => [
    primaryKey({ columns: [t.mspId, t.clientId, t.month] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }),
  ],
)

/** What Stripe says of an MSP that has gone to its Checkout once: always as it stood there when it was last asked, never put together from events. */
export const subscriptions = tenantTable(
  'subscriptions',
  {
    ...mspScope,
    customerId: text().notNull(),
    subscriptionId: text(),
    /** Stripe's own word. Null = Checkout was never finished. */
    status: text(),
    /** Since when the oldest invoice waits that was not paid, or that the company is late; null while it is not. */
    pastDueSince: moment(),
    /** When it ends by itself, since somebody cancelled it, or ended. */
    cancelAt: moment(),
    startedAt: moment(),
    /** When Stripe was asked for what stands here: an answer to an earlier question changes nothing. */
    followedAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
    index('subscriptions_customer').on(t.customerId),
  ],
)

/** The invoices of an MSP as Stripe has them. */
export const invoices = tenantTable(
  'invoices',
  {
    ...mspScope,
    invoiceId: text().notNull(),
    /** Null while it is a draft. */
    number: text(),
    status: text().notNull(),
    issuedAt: moment().notNull(),
    cents: integer().notNull(),
    currency: text().notNull(),
    /** Stripe's own page of it. */
    url: text(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.invoiceId] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
  ],
)

/** What Stripe's meter was told after each day: the number of its month so far. */
export const meterSendings = tenantTable(
  'meter_sendings',
  { ...mspScope, day: date({ mode: 'string' }).notNull(), devices: integer().notNull(), sentAt: moment().notNull() },
  (t) => [primaryKey({ columns: [t.mspId, t.day] }), foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] })],
)

/** The last comparison of a month: what the ledger says and what Stripe's meter has. */
export const meterChecks = tenantTable(
  'meter_checks',
  {
    ...mspScope,
    month: text().notNull(),
    ledgerDevices: integer().notNull(),
    meterDevices: integer().notNull(),
    checkedAt: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.mspId, t.month] }), foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] })],
)

/**
 * Events of Stripe that were heard of, each once: by its webhook or by the sweep. Of no tenant, since whose customer it is stands elsewhere. An
 * event says only that something changed; `applied_at` null = Stripe was not asked yet how things stand since.
 */
export const stripeEvents = pgTable(
  'stripe_events',
  {
    id: text().primaryKey(),
    type: text().notNull(),
    customerId: text(),
    createdAt: moment().notNull(),
    heardAt: moment().notNull(),
    appliedAt: moment(),
  },
  (t) => [index('stripe_events_waiting').on(t.heardAt).where(sql`applied_at is null`)],
)
