import { and, eq, ne, sql } from 'drizzle-orm'
import { clients } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { DomainError, notFound } from '../errors.ts'
import { clientNameTaken } from './rules.ts'
import { withArchived } from './see-archived.ts'

export type ClientRow = typeof clients.$inferSelect

/** One client, locked until the verb ends, or *not found*. Archived ones only after `seeArchived`. */
export async function lockClient(tx: Tx, clientId: string): Promise<ClientRow> {
  const [row] = await tx.select().from(clients).where(eq(clients.id, clientId)).for('no key update')
  if (!row) throw notFound('This client')
  return row
}

/**
 * `conflict` where another client has this name, as the key `clients_name` compares them; archived ones too, which are told as such. Who sees
 * some clients may meet that key alone (`nameConflict`).
 */
export async function requireFreeName(tx: Tx, name: string, clientId?: string): Promise<void> {
  const isNamed = eq(sql`lower(${clients.name})`, sql`lower(${name})`)
  const [other] = await withArchived(tx, () =>
    tx
      .select({ archivedAt: clients.archivedAt })
      .from(clients)
      .where(and(isNamed, clientId ? ne(clients.id, clientId) : undefined)),
  )
  if (other) throw nameConflict(name, other.archivedAt !== null)
}

export const nameConflict = (name: string, isArchived = false) =>
  new DomainError('conflict', clientNameTaken(name, isArchived))

/** The audit line of a verb over one client. */
export function clientChange(
  client: Pick<ClientRow, 'id' | 'name'>,
  details: Record<string, unknown>,
  reason = '',
): Change {
  return { clientId: client.id, subject: { kind: 'client', id: client.id, name: client.name }, reason, details }
}
