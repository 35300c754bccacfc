import { foreignKey, index, integer, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { bytes } from './bytes.ts'
import { clients } from './tenancy.ts'
import { clientScope, moment, newId, tenantTable } from './tenant-table.ts'

/**
 * The monthly reports, frozen: written once and never changed (a trigger refuses). A correction is a row of its own with the next revision,
 * and the newest revision of a month is the one that counts.
 */
export const reports = tenantTable(
  'reports',
  {
    ...clientScope,
    id: newId(),
    /** "2026-10", in the client's zone. */
    month: text().notNull(),
    revision: integer().notNull(),
    /** Canonical JSON of `server/reports/document.ts`: text, so that every byte stays as it was. */
    document: text().notNull(),
    /** SHA-256 of `document`, hex. */
    contentHash: text().notNull(),
    countedAt: moment().notNull(),
    /** Why the revision before was wrong; empty for the first. */
    correction: text().notNull().default(''),
    madeBy: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    unique().on(t.mspId, t.clientId, t.month, t.revision),
    unique().on(t.mspId, t.clientId, t.id),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }),
    index('reports_month').on(t.mspId, t.month, t.clientId),
  ],
)

/** Each report as PDF, made with it by the worker: what was sent once can be had again, byte by byte, whatever fonts and libraries do later. */
export const reportFiles = tenantTable(
  'report_files',
  {
    ...clientScope,
    reportId: uuid().notNull(),
    pdf: bytes().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.reportId] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.reportId],
      foreignColumns: [reports.mspId, reports.clientId, reports.id],
    }),
  ],
)
