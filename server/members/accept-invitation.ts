import { and, eq, gt, inArray, isNull } from 'drizzle-orm'
import { clients, invitations, memberClients, members } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError, notAllowedNow } from '../errors.ts'

/**
 * Uses an invitation up and makes who holds it a member, in one transaction: of two who press the button at once one comes in. The
 * context is that of the person who was invited (`server/auth/invitation-guest.ts`). `not-allowed-now` for a link that is dead by then.
 */
export function acceptInvitation(ctx: Context, input: { invitationId: string; tokenHash: string }): Promise<void> {
  const { actor } = ctx
  if (actor.kind !== 'person') throw new DomainError('forbidden', 'A person accepts.')
  return perform(ctx, 'member:add', async (tx) => {
    const [taken] = await tx
      .update(invitations)
      .set({ acceptedAt: ctx.now, acceptedBy: actor.userId })
      .where(
        and(
          eq(invitations.id, input.invitationId),
          // The link that was pressed, not one that was sent since.
          eq(invitations.tokenHash, input.tokenHash),
          isNull(invitations.acceptedAt),
          isNull(invitations.revokedAt),
          gt(invitations.expiresAt, ctx.now),
        ),
      )
      .returning()
    if (!taken) throw notAllowedNow('This invitation does not work any more.')
    const given = taken.hasAllClients
      ? []
      : await tx
          .select({ id: clients.id, name: clients.name })
          .from(clients)
          .where(and(inArray(clients.id, taken.clientIds), isNull(clients.archivedAt)))
    if (!taken.hasAllClients && given.length === 0) throw notAllowedNow('The clients it was for are gone.')
    const [added] = await tx
      .insert(members)
      .values({
        mspId: ctx.mspId,
        userId: actor.userId,
        name: taken.name,
        email: taken.email,
        role: taken.role,
        hasAllClients: taken.hasAllClients,
        createdAt: ctx.now,
      })
      .onConflictDoNothing()
      .returning({ userId: members.userId })
    if (!added) throw new DomainError('conflict', 'You belong to this company already.')
    if (given.length > 0)
      await tx
        .insert(memberClients)
        .values(given.map(({ id }) => ({ mspId: ctx.mspId, userId: actor.userId, clientId: id })))
    return {
      value: undefined,
      changes: [
        {
          clientId: null,
          subject: { kind: 'member', id: actor.userId, name: taken.name },
          details: {
            role: taken.role,
            clients: taken.hasAllClients ? 'all' : given.map(({ name }) => name),
            invitedBy: taken.invitedByName,
          },
        },
        { clientId: null, subject: { kind: 'invitation', id: taken.id, name: `${taken.name}, ${taken.email}` } },
      ],
    }
  })
}
