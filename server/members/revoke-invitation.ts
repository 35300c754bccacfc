import { eq } from 'drizzle-orm'
import { invitations } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { getInvitationRow } from './get-invitation-row.ts'
import { lockMembers, requireCan } from './lock-members.ts'
import { invitationCan } from './rules.ts'
import type { OneInvitation } from './schema.ts'

/** Ends an invitation: its link does nothing any more. */
export function revokeInvitation(ctx: Context, input: OneInvitation): Promise<void> {
  return perform(ctx, 'member:revoke-invitation', async (tx) => {
    const locked = await lockMembers(tx, ctx)
    const row = await getInvitationRow(tx, ctx, locked, input.invitationId)
    requireCan(invitationCan.revoke(locked.viewer, row))
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
