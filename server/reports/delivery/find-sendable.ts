import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { reportSendings } from '../../../db/schema/report-deliveries.ts'
import { reports } from '../../../db/schema/reports.ts'
import { clients } from '../../../db/schema/tenancy.ts'
import type { Tx } from '../../access.ts'
import { isNewest } from '../newest.ts'

/** A report with what decides whether it may go out. */
export interface Sendable {
  id: string
  month: string
  revision: number
  client: { id: string; name: string }
  isNewest: boolean
  sendingId: string | null
}

/** These reports, by the names of their clients; those that one may not see are left out. */
export async function findSendables(tx: Tx, reportIds: readonly string[]): Promise<Sendable[]> {
  const rows = await tx
    .select({
      ...{ id: reports.id, month: reports.month, revision: reports.revision, isNewest },
      ...{ clientId: clients.id, name: clients.name, sendingId: reportSendings.id },
    })
    .from(reports)
    .innerJoin(clients, and(eq(clients.mspId, reports.mspId), eq(clients.id, reports.clientId)))
    .leftJoin(reportSendings, and(eq(reportSendings.mspId, reports.mspId), eq(reportSendings.reportId, reports.id)))
    .where(and(inArray(reports.id, [...reportIds]), isNull(clients.archivedAt)))
    .orderBy(asc(clients.name), asc(reports.id))
  return rows.map(({ clientId, name, ...row }) => ({ ...row, client: { id: clientId, name } }))
}
