import { and, eq, sql } from 'drizzle-orm'
import { reports } from '../../db/schema/reports.ts'
import { clients } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { type Report, readReport } from '../reports/document.ts'
import { type FrozenMonth, rowsOf } from './rows-of.ts'
import { type NumberName, reportNumbers } from './rules.ts'
import type { ListReportRows } from './schema.ts'

const pageRows = 100

/** One row that a number was counted from; what its kind does not have is null. */
export interface ReportRow {
  device: { id: string; hostName: string; isHere: boolean }
  patch: { id: string; name: string; version: string } | null
  at: Date | null
  standing: string | null
  severity: string | null
  days: number | null
  dueAt: Date | null
  isGood: boolean | null
}

/**
 * The rows behind one number of a frozen report, counted from the same log as the number: how devices stood is append-only, and so are the
 * times of installs. `counted` is what these rows say today; where something they hang on was changed since, such as a due date, it is not
 * `frozen`, and the page says so. *Not found* as for `getReport`.
 */
export function listReportRows(ctx: Context, input: ListReportRows, most = pageRows) {
  return read(ctx, 'report:read', async (tx) => {
    const { report, client } = await findFrozen(tx, input.reportId)
    const month: FrozenMonth = {
      clientId: client.id,
      ...{ from: new Date(report.from), to: new Date(report.to), standsAt: new Date(report.standsAt) },
    }
    const [total] = await tx.execute<{ counted: number }>(
      sql`select count(*)::int as counted from (${rowsOf(input.number, month)}) t`,
    )
    const rows = await findRows(tx, month, input.number, { limit: most + 1, offset: input.after })
    return {
      ...{ client, month: report.month, number: input.number },
      frozen: reportNumbers[input.number].of(report),
      counted: total?.counted ?? 0,
      rows: rows.slice(0, most),
      next: rows.length > most ? String(input.after + most) : null,
      asOf: ctx.now,
    }
  })
}

async function findFrozen(tx: Tx, reportId: string) {
  const [row] = await tx
    .select({
      document: reports.document,
      client: { id: clients.id, name: clients.name, timeZone: clients.timeZone },
    })
    .from(reports)
    .innerJoin(clients, and(eq(clients.mspId, reports.mspId), eq(clients.id, reports.clientId)))
    .where(eq(reports.id, reportId))
  if (!row) throw notFound('This report')
  const report: Report = readReport(row.document)
  return { report, client: row.client }
}

/** Ordered by days where a number is a place in that order, else by name. */
async function findRows(
  tx: Tx,
  month: FrozenMonth,
  name: NumberName,
  { limit, offset }: { limit: number; offset: number },
): Promise<ReportRow[]> {
  type Found = Omit<ReportRow, 'device' | 'patch'> & {
    deviceId: string
    hostName: string
    isHere: boolean
    patchId: string | null
    name: string | null
    version: string | null
  }
  const rows = await tx.execute<Found & Record<string, unknown>>(sql`
    select f.device_id as "deviceId", coalesce(d.host_name, l.host_name, '') as "hostName", d.id is not null as "isHere", f.patch_id as "patchId",
      p.name, p.version, f.at, f.standing, f.severity, f.days::float8 as days, f.due_at as "dueAt", f.is_good as "isGood"
    from (${rowsOf(name, month)}) f
      left join devices d on d.client_id = ${month.clientId} and d.id = f.device_id
      left join device_places l on l.client_id = ${month.clientId} and l.device_id = f.device_id
      left join patches p on p.id = f.patch_id
    order by f.days, "hostName", f.device_id, p.name, p.version, f.patch_id, f.at limit ${limit} offset ${offset}`)
  const instantOf = (at: Date | string | null) => (at === null ? null : new Date(at))
  return rows.map(({ deviceId, hostName, isHere, patchId, name: patch, version, ...row }) => ({
    ...row,
    device: { id: deviceId, hostName, isHere },
    patch: patchId && patch !== null && version !== null ? { id: patchId, name: patch, version } : null,
    ...{ at: instantOf(row.at), dueAt: instantOf(row.dueAt) },
  }))
}
