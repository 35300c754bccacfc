import { and, eq } from 'drizzle-orm'
import { invitations } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { hashToken, newToken } from '../secrets/secret-token.ts'
import { isHeldSql } from './invitation-rows.ts'
import { findGiven, lockMembers } from './lock-members.ts'
import { grantableRoles, invitationMs } from './rules.ts'
import type { InviteMember } from './schema.ts'
import { companyName, sendInvitation } from './send-invitation.ts'

export interface SentInvitation {
  invitationId: string
  /** Where the mail can be read when it went to the local sink. */
  mailSinkUrl: string | null
}

/**
 * Asks somebody in by mail. `conflict` for an address that is a member or was asked already, `not-allowed-now` for a role above one's
 * own, `unavailable` where the mail was not taken: the invitation stands then, and `resendInvitation` sends it.
 */
export async function inviteMember(ctx: Context, input: InviteMember): Promise<SentInvitation> {
  const { actor } = ctx
  if (actor.kind !== 'person') throw new DomainError('forbidden', 'A person invites, signed in.')
  const token = newToken()
  const { invitationId, company } = await perform(ctx, 'member:invite', async (tx) => {
    const { rows, viewer } = await lockMembers(tx, ctx)
    if (!grantableRoles(viewer).includes(input.role))
      throw new DomainError('not-allowed-now', 'Nobody grants more than they have: an owner gives this role.')
    const known = rows.find((row) => row.email.toLowerCase() === input.email)
    if (known)
      throw new DomainError('conflict', `${known.name} is a member already${known.suspendedAt ? ', suspended' : ''}.`)
    const given = await findGiven(tx, viewer, input.clients)
    const [open] = await tx
      .select({ id: invitations.id })
      .from(invitations)
      .where(and(eq(invitations.email, input.email), isHeldSql(ctx.now)))
    if (open)
      throw new DomainError('conflict', 'There is an invitation for this address. Send it again, or revoke it first.')
    const clientIds = given.map(({ id }) => id)
    const [stored] = await tx
      .insert(invitations)
      .values({
        mspId: ctx.mspId,
        email: input.email,
        name: input.name,
        role: input.role,
        hasAllClients: input.clients === 'all',
        clientIds,
        tokenHash: hashToken(token),
        invitedBy: actor.userId,
        invitedByName: actor.name,
        createdAt: ctx.now,
        sentAt: ctx.now,
        expiresAt: new Date(ctx.now.getTime() + invitationMs),
      })
      .returning({ id: invitations.id })
    if (!stored) throw new Error('the invitation was not stored')
    return {
      value: { invitationId: stored.id, company: await companyName(tx, ctx.mspId) },
      changes: [
        {
          clientId: null,
          subject: { kind: 'invitation', id: stored.id, name: `${input.name}, ${input.email}` },
          details: {
            role: input.role,
            clients: input.clients === 'all' ? 'all' : given.map(({ name }) => name),
          },
        },
      ],
    }
  })
  // After the commit: a mail cannot be taken back.
  const letter = { to: input.email, name: input.name, company, inviter: actorName(actor), role: input.role, token }
  return { invitationId, ...(await sendInvitation(letter)) }
}
