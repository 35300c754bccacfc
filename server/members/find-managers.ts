import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { memberClients, members } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'

export interface Manager {
  userId: string
  name: string
  email: string
}

/** Who gets the mail of each client: its managers who may come in, by name. */
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
