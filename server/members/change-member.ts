import { eq } from 'drizzle-orm'
import { memberClients } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { endStreamsOfMember } from '../live/hub.ts'
import { findGiven, lockMembers, memberOf, requireCan } from './lock-members.ts'
import { memberCan } from './rules.ts'
import type { ChangeMember } from './schema.ts'
import { giveSay } from './settle.ts'

/**
 * Gives a member another role and other clients, from their next request on. `not-allowed-now` where the giver has less than what they
 * would give or take, and for the last owner.
 */
export async function changeMember(ctx: Context, input: ChangeMember): Promise<void> {
  await perform(ctx, 'member:change', async (tx) => {
    const locked = await lockMembers(tx, ctx)
    const member = memberOf(locked, input.userId)
    requireCan(memberCan.change(locked.viewer, member, locked.people, input.role))
    const given = await findGiven(tx, locked.viewer, input.clients)
    const hasAllClients = input.clients === 'all'
    await giveSay(tx, ctx, locked, member, { role: input.role, hasAllClients })
    await tx.delete(memberClients).where(eq(memberClients.userId, member.userId))
    if (given.length > 0)
      await tx
        .insert(memberClients)
        .values(given.map(({ id }) => ({ mspId: ctx.mspId, userId: member.userId, clientId: id })))
    return {
      value: undefined,
      changes: [
        {
          clientId: null,
          subject: { kind: 'member', id: member.userId, name: member.name },
          details: {
            role: [member.role, input.role],
            clients: hasAllClients ? 'all' : given.map(({ name }) => name),
          },
        },
      ],
    }
  })
  endStreamsOfMember({ mspId: ctx.mspId, userId: input.userId })
}
