import { eq } from 'drizzle-orm'
import { invitations } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { hashToken, newToken } from '../secrets/secret-token.ts'
import { getInvitationRow } from './get-invitation-row.ts'
import type { SentInvitation } from './invite-member.ts'
import { lockMembers, requireCan } from './lock-members.ts'
import { invitationCan, invitationMs, resendAfterMs } from './rules.ts'
import type { OneInvitation } from './schema.ts'
import { companyName, sendInvitation } from './send-invitation.ts'

/** Sends an invitation again, with a new link for `invitationMs`: the former one is dead. `too-many` within a minute of the last mail. */
export async function resendInvitation(ctx: Context, input: OneInvitation): Promise<SentInvitation> {
  const token = newToken()
  const { row, company } = await perform(ctx, 'member:invite', async (tx) => {
    const locked = await lockMembers(tx, ctx)
    const row = await getInvitationRow(tx, ctx, locked, input.invitationId)
    requireCan(invitationCan.resend(locked.viewer, row))
    if (ctx.now.getTime() - row.sentAt.getTime() < resendAfterMs)
      throw new DomainError('too-many', 'It was sent less than a minute ago. Wait a minute, then send it again.')
    await tx
      .update(invitations)
      .set({
        tokenHash: hashToken(token),
        sentAt: ctx.now,
        expiresAt: new Date(ctx.now.getTime() + invitationMs),
      })
      .where(eq(invitations.id, row.id))
    return {
      value: { row, company: await companyName(tx, ctx.mspId) },
      changes: [
        {
          clientId: null,
          subject: { kind: 'invitation', id: row.id, name: `${row.name}, ${row.email}` },
          details: { role: row.role, sentAgain: true },
        },
      ],
    }
  })
  const { email, name, role } = row
  const sent = await sendInvitation({ to: email, name, company, inviter: actorName(ctx.actor), role, token })
  return { invitationId: row.id, ...sent }
}
