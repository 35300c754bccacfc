import { eq } from 'drizzle-orm'
import { invitations } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { findInviter, type LockedMembers } from './lock-members.ts'
import { invitationState } from './rules.ts'

/** One invitation that gives nothing away which the viewer cannot see, locked until the transaction ends, and its state; or *not found*. */
export async function getInvitationRow(tx: Tx, ctx: Context, { rows, viewer }: LockedMembers, invitationId: string) {
  const { clients } = ctx
  const [row] = await tx.select().from(invitations).where(eq(invitations.id, invitationId)).for('no key update')
  const isWithin =
    row &&
    (viewer.hasAllClients ||
      (clients !== 'all' && !row.hasAllClients && row.clientIds.every((id) => clients.some((own) => own === id))))
  if (!row || !isWithin) throw notFound('This invitation')
  return { ...row, state: invitationState(row, await findInviter(tx, rows, row.invitedBy), ctx.now) }
}
