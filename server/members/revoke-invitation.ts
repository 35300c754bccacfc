import { eq } from 'drizzle-orm'
import { invitations } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { getInvitationRow } from './get-invitation-row.ts'
import { lockMembers, requireCan } from './lock-members.ts'
import { invitationCan, invitationState } from './rules.ts'
import type { OneInvitation } from './schema.ts'

/** Ends an invitation: its link does nothing any more. */
export function revokeInvitation(ctx: Context, input: OneInvitation): Promise<void> {
  return perform(ctx, 'member:revoke-invitation', async (tx) => {
    const { viewer } = await lockMembers(tx, ctx)
    const row = await getInvitationRow(tx, { clients: ctx.clients, viewer }, input.invitationId)
    requireCan(invitationCan.revoke(viewer, { state: invitationState(row, ctx.now) }))
    await tx.update(invitations).set({ revokedAt: ctx.now }).where(eq(invitations.id, row.id))
    return {
      value: undefined,
      changes: [
        {
          clientId: null,
          subject: { kind: 'invitation', id: row.id, name: `${row.name}, ${row.email}` },
          details: { role: row.role },
        },
      ],
    }
  })
}
