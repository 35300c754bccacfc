import { clientGroupMembers, clientGroups } from '../../db/schema/tenancy.ts'
import { perform, requireWhole } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { groupChange, groupNameTaken, groupsAreWhole, requireClients } from './queries.ts'
import type { CreateGroup } from './schema.ts'

/** Makes a group of clients. `conflict` when there is one of that name. */
export function createGroup(ctx: Context, input: CreateGroup): Promise<{ groupId: string }> {
  return perform(ctx, 'client-group:create', async (tx) => {
    requireWhole(ctx, groupsAreWhole)
    await requireClients(tx, input.clientIds)
    const [group] = await tx
      .insert(clientGroups)
      .values({ mspId: ctx.mspId, name: input.name, createdAt: ctx.now, createdBy: actorName(ctx.actor) })
      .onConflictDoNothing()
      .returning({ id: clientGroups.id, name: clientGroups.name })
    if (!group) throw groupNameTaken(input.name)
    if (input.clientIds.length > 0)
      await tx
        .insert(clientGroupMembers)
        .values(input.clientIds.map((clientId) => ({ mspId: ctx.mspId, groupId: group.id, clientId })))
    return { value: { groupId: group.id }, changes: [groupChange(group, { clients: input.clientIds })] }
  })
}
