import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import { reportSendings } from '../../db/schema/report-deliveries.ts'
import { reportFiles, reports } from '../../db/schema/reports.ts'
import { clients } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { type Delivery, findDeliveries } from './delivery/find-deliveries.ts'
import { type Brand, findBrand } from './delivery/find-look.ts'
import { readReport, type Standing } from './document.ts'
import { dueMonth } from './months.ts'
import { isNewest, isOpened } from './newest.ts'
import { correctionSentence } from './rules.ts'
import type { GetReport, ListReports } from './schema.ts'
import { type DefinitionWords, tellDefinitions } from './tell-definitions.ts'
import { type EvidenceWords, tellEvidence } from './tell-evidence.ts'
import { type ReportWords, tellReport } from './tell-report.ts'
import { findUncounted, type Uncounted } from './uncounted.ts'

const pageRows = 100

export interface ReportLine {
  id: string
  month: string
  client: { id: string; name: string }
  revision: number
  countedAt: Date
  /** SHA-256 of what is frozen, hex. */
  contentHash: string
  computers: Standing
  installed: number
  takenBack: number
  /** How far it has gone out; null = nobody sent it. */
  delivery: Delivery | null
}
export interface ReportList {
  /** Months that have a report of a client one may see, and the newest that should have, the newest first. */
  months: string[]
  month: string | null
  rows: ReportLine[]
  /** Clients that should have a report of this month by now and have none. */
  uncounted: Uncounted[]
  next: string | null
  asOf: Date
}

/** The reports of one month, each by its newest revision, in the order of the clients' names. */
export function listReports(ctx: Context, input: ListReports): Promise<ReportList> {
  return read(ctx, 'report:read', async (tx) => {
    if (input.clientId) await getClientRow(tx, input.clientId)
    const ofClient = input.clientId ? eq(reports.clientId, input.clientId) : undefined
    const found = await tx
      .selectDistinct({ month: reports.month })
      .from(reports)
      .where(ofClient)
      .orderBy(desc(reports.month))
    const months = found.map((row) => row.month)
    // Wherever a client lives, the month that ended last is this one or that before it.
    const last = dueMonth(ctx.now, 'UTC')
    if (!months.includes(last) && (await findUncounted(tx, last, ctx.now, input.clientId)).length > 0)
      months.unshift(last)
    const month = input.month ?? months[0] ?? null
    if (month === null) return { months, month, rows: [], uncounted: [], next: null, asOf: ctx.now }
    const rows = await findLines(
      tx,
      and(eq(reports.month, month), ofClient, input.after ? isAfter(input.after) : undefined),
    )
    const shown = rows.slice(0, pageRows)
    const deliveries = await findDeliveries(
      tx,
      shown.map(({ id }) => id),
    )
    return {
      months,
      month,
      rows: shown.map((row) => ({ ...row, delivery: deliveries.get(row.id) ?? null })),
      uncounted: await findUncounted(tx, month, ctx.now, input.clientId),
      next: rows.length > pageRows ? (shown.at(-1)?.id ?? null) : null,
      asOf: ctx.now,
    }
  })
}

const isAfter = (reportId: string) => sql`(${clients.name}, ${reports.id}) > (select c.name, r.id from reports r
  join clients c on c.msp_id = r.msp_id and c.id = r.client_id where r.id = ${reportId})`

async function findLines(tx: Tx, wanted: SQL | undefined): Promise<Omit<ReportLine, 'delivery'>[]> {
  const part = <T>(path: string) => sql<T>`(${reports.document}::json) #> ${path}::text[]`
  const rows = await tx
    .select({
      ...{ id: reports.id, month: reports.month, revision: reports.revision },
      ...{ countedAt: reports.countedAt, contentHash: reports.contentHash },
      ...{ clientId: reports.clientId, name: clients.name },
      computers: part<Omit<Standing, 'excepted'> & Partial<Standing>>('{computers}'),
      installed: part<number>('{updates,installed}'),
      takenBack: sql<number>`json_array_length((${reports.document}::json) -> 'takenBack')`,
    })
    .from(reports)
    .innerJoin(clients, and(eq(clients.mspId, reports.mspId), eq(clients.id, reports.clientId)))
    .where(and(wanted, isNewest))
    .orderBy(asc(clients.name), asc(reports.id))
    .limit(pageRows + 1)
  return rows.map(({ clientId, name, computers, ...row }) => ({
    ...row,
    client: { id: clientId, name },
    // Form 1 knew of no exceptions.
    computers: { ...computers, excepted: computers.excepted ?? 0 },
  }))
}

export interface ReportPage {
  id: string
  client: { id: string; name: string; timeZone: string }
  month: string
  revision: number
  /** Why the revision before was wrong; empty for the first. */
  correction: string
  /** SHA-256 of what is frozen, hex. */
  contentHash: string
  countedAt: Date
  /** "This replaces revision 1 of …"; empty for a first revision. */
  correctionSentence: string
  /** The newest revision of the month, where it is not this one. */
  replacedBy: { id: string; revision: number } | null
  /** Words of the MSP over the numbers, as they went out; empty = none. */
  note: string
  /** How the MSP wants it to look today; a file that was made keeps the look it had. */
  brand: Brand
  words: ReportWords
  evidence: EvidenceWords[]
  /** What each number of it is and by which formula. */
  definitions: DefinitionWords[]
  /** Other months of the same client that have a report, the newest first. */
  others: { id: string; month: string }[]
  asOf: Date
}

/** One frozen report. *Not found* for another tenant's, for one of a client that one may not see, and for none. */
export function getReport(ctx: Context, input: GetReport): Promise<ReportPage> {
  return read(ctx, 'report:read', async (tx) => {
    const page = await findReport(tx, ctx, eq(reports.id, input.reportId))
    if (!page) throw notFound('This report')
    return page
  })
}

/** The newest frozen report that fits, or null: what console and portal both show; the portal only what was let go. */
export async function findReport(
  tx: Tx,
  ctx: Context,
  wanted: SQL | undefined,
  isOfPortal = false,
): Promise<ReportPage | null> {
  const [row] = await tx
    .select({ report: reports, client: { id: clients.id, name: clients.name, timeZone: clients.timeZone } })
    .from(reports)
    .innerJoin(clients, and(eq(clients.mspId, reports.mspId), eq(clients.id, reports.clientId)))
    .where(and(wanted, isOfPortal ? isOpened : undefined))
    .orderBy(desc(reports.month), desc(reports.revision))
    .limit(1)
  if (!row) return null
  const { id, month, revision, correction, contentHash, countedAt, document } = row.report
  const report = readReport(document)
  const revisions = await tx
    .select({ id: reports.id, revision: reports.revision, countedAt: reports.countedAt, isOpened })
    .from(reports)
    .where(and(eq(reports.clientId, row.client.id), eq(reports.month, month)))
    .orderBy(desc(reports.revision))
  const before = revisions.find((one) => one.revision < revision) ?? null
  // The client is told of no revision that it may not read.
  const newest = revisions.find((one) => one.isOpened || !isOfPortal)
  const [sending] = await tx
    .select({ note: reportSendings.note })
    .from(reportSendings)
    .where(eq(reportSendings.reportId, id))
  return {
    ...{ id, month, revision, correction, contentHash, countedAt, client: row.client },
    correctionSentence: correctionSentence({ correction, timeZone: row.client.timeZone, now: ctx.now }, before),
    replacedBy: newest && newest.revision > revision ? { id: newest.id, revision: newest.revision } : null,
    note: sending?.note ?? '',
    brand: await findBrand(tx),
    words: tellReport(report),
    evidence: tellEvidence(report, contentHash),
    definitions: tellDefinitions(report),
    others: await findMonths(tx, row.client.id, isOfPortal ? isOpened : undefined),
    asOf: ctx.now,
  }
}

/** Every month of a client that has a report, by its newest revision, the newest first. */
async function findMonths(tx: Tx, clientId: string, wanted?: SQL): Promise<{ id: string; month: string }[]> {
  return tx
    .selectDistinctOn([reports.month], { id: reports.id, month: reports.month })
    .from(reports)
    .where(and(eq(reports.clientId, clientId), wanted))
    .orderBy(desc(reports.month), desc(reports.revision))
}

/**
 * A report as PDF: as it went out, or before that as it was made when it was frozen. Its client's manager may have it too, by their right to
 * the portal, from when it was let go. *Not found* as for `getReport`.
 */
export function getReportFile(ctx: Context, input: GetReport): Promise<{ pdf: Buffer; fileName: string }> {
  const isOfPortal = ctx.permissions.has('portal:read')
  return read(ctx, isOfPortal ? 'portal:read' : 'report:read', async (tx) => {
    const [file] = await tx
      .select({
        ...{ frozen: reportFiles.pdf, sent: reportSendings.pdf },
        ...{ month: reports.month, revision: reports.revision, slug: clients.slug },
      })
      .from(reportFiles)
      .innerJoin(reports, and(eq(reports.mspId, reportFiles.mspId), eq(reports.id, reportFiles.reportId)))
      .innerJoin(clients, and(eq(clients.mspId, reports.mspId), eq(clients.id, reports.clientId)))
      .leftJoin(reportSendings, and(eq(reportSendings.mspId, reports.mspId), eq(reportSendings.reportId, reports.id)))
      .where(eq(reportFiles.reportId, input.reportId))
    const pdf = file?.sent ?? (isOfPortal ? null : file?.frozen)
    if (!file || !pdf) throw notFound('This report')
    const revision = file.revision > 1 ? `-revision-${file.revision}` : ''
    return { pdf, fileName: `${file.slug}-${file.month}${revision}.pdf` }
  })
}
