import { eq } from 'drizzle-orm'
import { members } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { lockMembers, memberOf, requireCan } from './lock-members.ts'
import { memberCan } from './rules.ts'
import type { RestoreMember } from './schema.ts'

/** Lets a suspended member in again, with the role and the clients they had. */
export function restoreMember(ctx: Context, input: RestoreMember): Promise<void> {
  return perform(ctx, 'member:restore', async (tx) => {
    const locked = await lockMembers(tx, ctx)
    const member = memberOf(locked, input.userId)
    requireCan(memberCan.restore(locked.viewer, member))
    await tx.update(members).set({ suspendedAt: null }).where(eq(members.userId, member.userId))
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
}
