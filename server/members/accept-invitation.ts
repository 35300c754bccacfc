import { eq } from 'drizzle-orm'
import { invitations, memberClients, members } from '../../db/schema/tenancy.ts'
import { type Outcome, perform } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { judgeInvitation } from './judge-invitation.ts'
import { lockMemberRows } from './lock-members.ts'
import type { InvitationRefusal } from './rules.ts'
import { settledFrom } from './settle.ts'

/**
 * Uses an invitation up and makes who holds it a member, in one transaction and in turn with whoever changes people: of two who press the
 * button at once one comes in. The context is that of the person who was invited (`server/auth/invitation-guest.ts`). Answers why
 * nothing came of it, or null.
 */
export function acceptInvitation(
  ctx: Context,
  input: { invitationId: string; tokenHash: string },
): Promise<InvitationRefusal | null> {
  const { actor } = ctx
  if (actor.kind !== 'person') throw new DomainError('forbidden', 'A person accepts.')
  const { userId } = actor
  return perform(ctx, 'member:add', async (tx): Promise<Outcome<InvitationRefusal | null>> => {
    const rows = await lockMemberRows(tx)
    const judged = await judgeInvitation(tx, { rows, now: ctx.now }, { ...input, userId })
    if (judged.kind === 'refused') return { value: judged.why, changes: [] }
    const { row, given } = judged
    const { name, email, role, hasAllClients } = row
    const [added] = await tx
      .insert(members)
      .values({
        ...{ mspId: ctx.mspId, userId, name, email, role, hasAllClients, createdAt: ctx.now },
        mayConfirmFrom: settledFrom(rows, ctx.now),
      })
      .onConflictDoNothing()
      .returning({ userId: members.userId })
    // By another invitation, or by a job, a moment ago.
    if (!added) return { value: 'member', changes: [] }
    if (given.length > 0)
      await tx.insert(memberClients).values(given.map(({ id }) => ({ mspId: ctx.mspId, userId, clientId: id })))
    await tx.update(invitations).set({ acceptedAt: ctx.now, acceptedBy: userId }).where(eq(invitations.id, row.id))
    return {
      value: null,
      changes: [
        {
          clientId: null,
          subject: { kind: 'member', id: userId, name },
          details: {
            role,
            clients: hasAllClients ? 'all' : given.map((client) => client.name),
            invitedBy: row.invitedByName,
          },
        },
        { clientId: null, subject: { kind: 'invitation', id: row.id, name: `${name}, ${email}` } },
      ],
    }
  })
}
