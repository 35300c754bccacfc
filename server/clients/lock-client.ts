import { eq } from 'drizzle-orm'
import { clients } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { notFound } from '../errors.ts'

export type ClientRow = typeof clients.$inferSelect

/** One client, locked until the verb ends, or *not found*. Archived ones only after `seeArchived`. */
export async function lockClient(tx: Tx, clientId: string): Promise<ClientRow> {
  const [row] = await tx.select().from(clients).where(eq(clients.id, clientId)).for('no key update')
  if (!row) throw notFound('This client')
  return row
}

/** The audit line of a verb over one client. */
export function clientChange(
  client: Pick<ClientRow, 'id' | 'name'>,
  details: Record<string, unknown>,
  reason = '',
): Change {
  return { clientId: client.id, subject: { kind: 'client', id: client.id, name: client.name }, reason, details }
}
