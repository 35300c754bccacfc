import { and, eq, inArray, ne } from 'drizzle-orm'
import { clientGroupMembers, clientGroups } from '../../db/schema/tenancy.ts'
import { perform, requireWhole } from '../access.ts'
import type { Context } from '../context.ts'
import { groupChange, groupNameTaken, groupsAreWhole, lockGroup, requireClients } from './queries.ts'
import type { ChangeGroup } from './schema.ts'

/** Name and members of a group, as they are to be. What was decided for its members before stays as it is. */
export function changeGroup(ctx: Context, input: ChangeGroup): Promise<void> {
  return perform(ctx, 'client-group:change', async (tx) => {
    const group = await lockGroup(tx, input.groupId)
    requireWhole(ctx, groupsAreWhole)
    await requireClients(tx, input.clientIds)
    const isNamed = and(eq(clientGroups.name, input.name), ne(clientGroups.id, group.id))
    if ((await tx.$count(clientGroups, isNamed)) > 0) throw groupNameTaken(input.name)
    const rows = await tx
      .select({ id: clientGroupMembers.clientId })
      .from(clientGroupMembers)
      .where(eq(clientGroupMembers.groupId, group.id))
    const before = new Set(rows.map((row) => row.id))
    const after = new Set(input.clientIds)
    const added = [...after.difference(before)]
    const removed = [...before.difference(after)]
    if (input.name === group.name && added.length + removed.length === 0) return { value: undefined, changes: [] }
    await tx.update(clientGroups).set({ name: input.name }).where(eq(clientGroups.id, group.id))
    await tx
      .delete(clientGroupMembers)
      .where(and(eq(clientGroupMembers.groupId, group.id), inArray(clientGroupMembers.clientId, removed)))
    if (added.length > 0)
      await tx
        .insert(clientGroupMembers)
        .values(added.map((clientId) => ({ mspId: ctx.mspId, groupId: group.id, clientId })))
    return {
      value: undefined,
      changes: [groupChange({ id: group.id, name: input.name }, { name: [group.name, input.name], added, removed })],
    }
  })
}
