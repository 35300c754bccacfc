import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { bytes } from './bytes.ts'
import { reports } from './reports.ts'
import { clients, msps } from './tenancy.ts'
import { clientScope, moment, mspScope, newId, tenantTable } from './tenant-table.ts'

/** How an MSP lets its reports go out, and how they look. Without a row: a person looks first, and nothing goes by itself. */
export const reportSettings = tenantTable(
  'report_settings',
  {
    ...mspScope,
    /** Days after counting when a report goes by itself that nobody sent: 0 = at once, null = never. */
    sendAfterDays: integer(),
    /** "#rrggbb"; null = the product's own. */
    accent: text(),
    /** A PNG that `cleanLogo` let through, and its SHA-256, hex. */
    logo: bytes(),
    logoHash: text(),
    /** Since when the first of these holds: what was counted before never goes by itself. */
    sendsSince: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
    check('report_settings_days', sql`send_after_days between 0 and 60`),
  ],
)

/** A report that somebody let go: from then on its client may read it. One of each revision; what is sent again are mails. */
export const reportSendings = tenantTable(
  'report_sendings',
  {
    ...clientScope,
    id: newId(),
    reportId: uuid().notNull(),
    /** Words of the MSP over the numbers; empty = none. */
    note: text().notNull(),
    askedAt: moment().notNull(),
    askedBy: text().notNull(),
    /** The report with the note in the look of that day, as it went out. Null = the worker has not been there yet. */
    pdf: bytes(),
    /** When the client could read it first, which is before the first mail leaves. */
    openedAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    unique().on(t.mspId, t.reportId),
    unique().on(t.mspId, t.clientId, t.id),
    foreignKey({
      columns: [t.mspId, t.clientId, t.reportId],
      foreignColumns: [reports.mspId, reports.clientId, reports.id],
    }),
    check('report_sendings_opened', sql`num_nulls(pdf, opened_at) in (0, 2)`),
  ],
)

/** One mail to one manager of a client. It leaves at most once: what may have arrived is never tried again by itself. */
export const reportMails = tenantTable(
  'report_mails',
  {
    ...clientScope,
    id: newId(),
    sendingId: uuid().notNull(),
    userId: uuid().notNull(),
    name: text().notNull(),
    email: text().notNull(),
    askedAt: moment().notNull(),
    askedBy: text().notNull(),
    /** `sending`: a worker has it; `unsure`: the worker or the mail server went away in the middle. */
    state: text({ enum: ['waiting', 'sending', 'sent', 'unsure', 'stopped'] }).notNull(),
    tries: integer().notNull().default(0),
    /** When it is tried (again), or, while `sending`, when the worker counts as gone. */
    nextAt: moment().notNull(),
    /** Why the last try failed; empty = none did. */
    fault: text().notNull().default(''),
    sentAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.sendingId],
      foreignColumns: [reportSendings.mspId, reportSendings.clientId, reportSendings.id],
    }),
    index('report_mails_sending').on(t.mspId, t.sendingId),
    index('report_mails_due').on(t.nextAt).where(sql`state in ('waiting', 'sending')`),
  ],
)

/** Somebody asked to count a month again, or for the first time: the worker does it. */
export const reportCorrections = tenantTable(
  'report_corrections',
  {
    ...clientScope,
    id: newId(),
    month: text().notNull(),
    reason: text().notNull(),
    askedAt: moment().notNull(),
    askedBy: text().notNull(),
    /** When it was counted, or could not be; null = still to come. */
    doneAt: moment(),
    /** Why it could not be; empty = it could. */
    fault: text().notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }),
    index('report_corrections_of_month').on(t.mspId, t.clientId, t.month),
    index('report_corrections_open').on(t.askedAt).where(sql`done_at is null`),
    // Asked for once at a time.
    uniqueIndex('report_corrections_open_month').on(t.mspId, t.clientId, t.month).where(sql`done_at is null`),
  ],
)
