import { eq } from 'drizzle-orm'
import { clients } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import { notFound } from '../errors.ts'

/** One client of the tenant, or *not found*. */
export async function getClientRow(tx: Tx, clientId: string) {
  const [row] = await tx.select().from(clients).where(eq(clients.id, clientId))
  if (!row) throw notFound('This client')
  return row
}
