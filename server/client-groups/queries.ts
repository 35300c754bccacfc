import { asc, eq, inArray } from 'drizzle-orm'
import { clientGroupMembers, clientGroups, clients } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Context } from '../context.ts'
import { DomainError, notFound } from '../errors.ts'

export type GroupRow = typeof clientGroups.$inferSelect

export interface GroupOfClients {
  id: string
  name: string
  clientIds: string[]
}

/** Groups with their members that the caller may see. Who sees some clients is not told of groups that hold none of them. */
export async function findGroups(tx: Tx, ctx: Context): Promise<GroupOfClients[]> {
  const groups = await tx.select().from(clientGroups).orderBy(asc(clientGroups.name), asc(clientGroups.id))
  const members = await tx.select().from(clientGroupMembers).orderBy(asc(clientGroupMembers.clientId))
  const membersOf = Map.groupBy(members, (member) => member.groupId)
  return groups
    .map(({ id, name }) => ({ id, name, clientIds: (membersOf.get(id) ?? []).map((member) => member.clientId) }))
    .filter((group) => ctx.clients === 'all' || group.clientIds.length > 0)
}

/** The groups, for lists and choices. */
export function listGroups(ctx: Context) {
  return read(ctx, 'client:read', async (tx) => {
    const groups = await findGroups(tx, ctx)
    const named = await tx.select({ id: clients.id, name: clients.name }).from(clients).orderBy(asc(clients.name))
    return { groups, clients: named, mayChange: ctx.clients === 'all' && ctx.permissions.has('client-group:change') }
  })
}

/** One group that the caller may see, with the clients in it that they may see at this moment; or *not found*. */
export async function getGroup(tx: Tx, ctx: Context, groupId: string): Promise<GroupOfClients> {
  const group = (await findGroups(tx, ctx)).find((one) => one.id === groupId)
  if (!group) throw notFound('This group')
  return group
}

/**
 * The group that clients were chosen by, or null without one. *Not found* for one that the caller may not see; `conflict` when a client is
 * not in it any more: what was shown is not what would be done.
 */
export async function findTargetGroup(
  tx: Tx,
  ctx: Context,
  { groupId, clients: chosen }: { groupId?: string; clients: 'all' | readonly string[] },
): Promise<GroupOfClients | null> {
  if (!groupId) return null
  const group = await getGroup(tx, ctx, groupId)
  const members = new Set(group.clientIds)
  if (chosen === 'all' || chosen.some((clientId) => !members.has(clientId)))
    throw new DomainError('conflict', `The group “${group.name}” has changed since. Look again.`)
  return group
}

/** One group's row, locked until the verb ends. */
export async function lockGroup(tx: Tx, groupId: string): Promise<GroupRow> {
  const [row] = await tx.select().from(clientGroups).where(eq(clientGroups.id, groupId)).for('update')
  if (!row) throw notFound('This group')
  return row
}

/** Groups are the MSP's: who sees some clients cannot say who else is in one. */
export const groupsAreWhole = 'change groups of clients'

/** *Not found* unless each of these clients is one that the caller may see. */
export async function requireClients(tx: Tx, clientIds: readonly string[]): Promise<void> {
  if ((await tx.$count(clients, inArray(clients.id, [...clientIds]))) !== clientIds.length)
    throw notFound('This client')
}

export function groupChange(group: { id: string; name: string }, details: Record<string, unknown>): Change {
  return { clientId: null, subject: { kind: 'client-group', id: group.id, name: group.name }, details }
}

export const groupNameTaken = (name: string) => new DomainError('conflict', `There is a group named “${name}” already.`)
