import { eq } from 'drizzle-orm'
import { members } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { endStreamsOfMember } from '../live/hub.ts'
import { lockMembers, memberOf, requireCan } from './lock-members.ts'
import { memberCan } from './rules.ts'
import type { OneMember } from './schema.ts'
import { keepSecondPerson, saysLess } from './settle.ts'

/**
 * Takes a member out of this MSP, or lets them leave. Their clients here and their API keys go with the membership; what they did stays
 * in the audit log, and who they are at other companies does not change.
 */
export async function removeMember(ctx: Context, input: OneMember): Promise<void> {
  await perform(ctx, 'member:remove', async (tx) => {
    const locked = await lockMembers(tx, ctx)
    const member = memberOf(locked, input.userId)
    requireCan(memberCan.remove(locked.viewer, member, locked.people))
    await tx.delete(members).where(eq(members.userId, member.userId))
    if (saysLess(member, null)) await keepSecondPerson(tx, ctx)
    return {
      value: undefined,
      changes: [
        {
          clientId: null,
          subject: { kind: 'member', id: member.userId, name: member.name },
          reason: input.reason,
          details: { role: member.role, email: member.email },
        },
      ],
    }
  })
  endStreamsOfMember({ mspId: ctx.mspId, userId: input.userId })
}
