import { and, eq, inArray, isNull } from 'drizzle-orm'
import { clients, invitations } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import { findInviter, type MemberRow } from './lock-members.ts'
import { type InvitationRefusal, invitationState } from './rules.ts'

type InvitationRow = typeof invitations.$inferSelect

/** What an invitation is worth to who holds its link: the clients that it gives, or why it gives nothing. */
export type Judged =
  | { kind: 'open'; row: InvitationRow; given: { id: string; name: string }[] }
  | { kind: 'refused'; why: InvitationRefusal }

const refused = (why: InvitationRefusal): Judged => ({ kind: 'refused', why })

/**
 * The one judgement of an invitation: by its own state, by what its sender may give now, by the clients that are left, and by who takes
 * it. `rows`: the members of the MSP, locked where something comes of it.
 */
export async function judgeInvitation(
  tx: Tx,
  { rows, now }: { rows: readonly MemberRow[]; now: Date },
  held: { invitationId: string; tokenHash: string; userId: string },
): Promise<Judged> {
  const [row] = await tx
    .select()
    .from(invitations)
    // The link that was pressed, not one that was sent since.
    .where(and(eq(invitations.id, held.invitationId), eq(invitations.tokenHash, held.tokenHash)))
  if (!row) return refused('dead')
  const state = invitationState(row, await findInviter(tx, rows, row.invitedBy), now)
  if (state !== 'open') return refused(state === 'lapsed' ? 'lapsed' : 'dead')
  if (rows.some(({ userId }) => userId === held.userId)) return refused('member')
  if (row.hasAllClients) return { kind: 'open', row, given: [] }
  const given = await tx
    .select({ id: clients.id, name: clients.name })
    .from(clients)
    .where(and(inArray(clients.id, row.clientIds), isNull(clients.archivedAt)))
  return given.length > 0 ? { kind: 'open', row, given } : refused('clients-gone')
}
