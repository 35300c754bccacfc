import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { reportSendings } from '../../../db/schema/report-deliveries.ts'
import { reports } from '../../../db/schema/reports.ts'
import { clients, memberClients, members } from '../../../db/schema/tenancy.ts'
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

export interface Manager {
  userId: string
  name: string
  email: string
}

/** Who gets the mail of each client: its managers who may come in. */
export async function findManagers(tx: Tx, clientIds: readonly string[]): Promise<Map<string, Manager[]>> {
  const rows = await tx
    .select({ clientId: memberClients.clientId, userId: members.userId, name: members.name, email: members.email })
    .from(members)
    .innerJoin(memberClients, and(eq(memberClients.mspId, members.mspId), eq(memberClients.userId, members.userId)))
    .where(
      and(
        eq(members.role, 'client-manager'),
        isNull(members.suspendedAt),
        inArray(memberClients.clientId, [...clientIds]),
      ),
    )
    .orderBy(asc(members.name), asc(members.userId))
  return Map.groupBy(rows, (row) => row.clientId)
}
