import { eq } from 'drizzle-orm'
import { invitations } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import { notFound } from '../errors.ts'
import type { Viewer } from './rules.ts'

/** One invitation that gives nothing away which the viewer cannot see, locked until the transaction ends; or *not found*. */
export async function getInvitationRow(
  tx: Tx,
  { clients, viewer }: { clients: 'all' | readonly string[]; viewer: Viewer },
  invitationId: string,
) {
  const [row] = await tx.select().from(invitations).where(eq(invitations.id, invitationId)).for('no key update')
  const isWithin =
    row &&
    (viewer.hasAllClients ||
      (clients !== 'all' && !row.hasAllClients && row.clientIds.every((id) => clients.some((own) => own === id))))
  if (!row || !isWithin) throw notFound('This invitation')
  return row
}
