import { eq } from 'drizzle-orm'
import { clientGroups } from '../../db/schema/tenancy.ts'
import { perform, requireWhole } from '../access.ts'
import type { Context } from '../context.ts'
import { groupChange, groupsAreWhole, lockGroup } from './queries.ts'
import type { DeleteGroup } from './schema.ts'

/** Deletes a group. Its clients, and what was decided for them, stay as they are. */
export function deleteGroup(ctx: Context, input: DeleteGroup): Promise<void> {
  return perform(ctx, 'client-group:delete', async (tx) => {
    const group = await lockGroup(tx, input.groupId)
    requireWhole(ctx, groupsAreWhole)
    await tx.delete(clientGroups).where(eq(clientGroups.id, group.id))
    return { value: undefined, changes: [groupChange(group, { deleted: true })] }
  })
}
