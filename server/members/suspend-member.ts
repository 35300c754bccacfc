import { eq } from 'drizzle-orm'
import { members } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { endStreamsOfMember } from '../live/hub.ts'
import { lockMembers, memberOf, requireCan } from './lock-members.ts'
import { memberCan } from './rules.ts'
import type { OneMember } from './schema.ts'

/**
 * Keeps a member out of this MSP, from their next request on, until somebody restores them. What they hear live ends, their API keys and
 * their open invitations do not work.
 */
export async function suspendMember(ctx: Context, input: OneMember): Promise<void> {
  await perform(ctx, 'member:suspend', async (tx) => {
    const locked = await lockMembers(tx, ctx)
    const member = memberOf(locked, input.userId)
    requireCan(memberCan.suspend(locked.viewer, member, locked.people))
    await tx.update(members).set({ suspendedAt: ctx.now }).where(eq(members.userId, member.userId))
    return {
      value: undefined,
      changes: [
        {
          clientId: null,
          subject: { kind: 'member', id: member.userId, name: member.name },
          reason: input.reason,
          details: { role: member.role },
        },
      ],
    }
  })
  endStreamsOfMember({ mspId: ctx.mspId, userId: input.userId })
}
