import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { clients, memberClients, members } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import { type Can, wholeCan } from '../can.ts'
import type { Context } from '../context.ts'
import { DomainError, notAllowedNow, notFound } from '../errors.ts'
import type { Role } from '../permissions.ts'
import type { Inviter, People, Viewer } from './rules.ts'

export interface MemberRow {
  userId: string
  name: string
  email: string
  role: Role
  hasAllClients: boolean
  suspendedAt: Date | null
}

/** The people of the MSP as they are now, and who acts among them. */
export interface LockedMembers {
  rows: MemberRow[]
  people: People
  viewer: Viewer
}

/** All members of the MSP, in the order in which they are locked. */
export const selectMembers = (tx: Tx) =>
  tx
    .select({
      userId: members.userId,
      name: members.name,
      email: members.email,
      role: members.role,
      hasAllClients: members.hasAllClients,
      suspendedAt: members.suspendedAt,
    })
    .from(members)
    .orderBy(asc(members.userId))

/** The same, locked until the transaction ends: for somebody who is no member yet. */
export const lockMemberRows = (tx: Tx): Promise<MemberRow[]> => selectMembers(tx).for('no key update')

/**
 * All members, locked until the transaction ends: who changes people takes turns, so that of two owners who demote each other one stays.
 * `conflict` for a person whose own rights changed since their request began.
 */
export async function lockMembers(tx: Tx, ctx: Context): Promise<LockedMembers> {
  const rows = await lockMemberRows(tx)
  const owners = rows.filter((row) => row.role === 'owner' && !row.suspendedAt).length
  return { rows, people: { owners }, viewer: viewerOf(ctx, rows) }
}

function viewerOf(ctx: Context, rows: MemberRow[]): Viewer {
  switch (ctx.actor.kind) {
    case 'system':
      return { userId: '', permissions: ctx.permissions, hasAllClients: true }
    case 'api-key':
      throw new DomainError('forbidden', 'A person does this, signed in: an API key cannot.')
    case 'person': {
      const { userId, role } = ctx.actor
      const own = rows.find((row) => row.userId === userId)
      // They waited for whoever changed people before them, and that may have been about themselves.
      if (own?.role !== role || own.suspendedAt)
        throw new DomainError('conflict', 'Your own rights changed meanwhile. Look again.')
      return { userId, permissions: ctx.permissions, hasAllClients: own.hasAllClients && ctx.clients === 'all' }
    }
  }
}

/** One of them, or *not found*. */
export function memberOf({ rows }: LockedMembers, userId: string): MemberRow {
  const row = rows.find((one) => one.userId === userId)
  if (!row) throw notFound('This person')
  return row
}

/** Throws the reason of a rule that says no. */
export function requireCan(verdict: Can): void {
  if (!verdict.can) throw notAllowedNow(verdict.reason)
}

/** Clients by their ids, each of which must be one that the actor may see and that is not archived. */
export async function findGiven(
  tx: Tx,
  viewer: Viewer,
  given: 'all' | readonly string[],
): Promise<{ id: string; name: string }[]> {
  if (given === 'all') {
    const whole = wholeCan(viewer.hasAllClients, 'give all of them')
    if (!whole.can) throw new DomainError('forbidden', whole.reason)
    return []
  }
  const ids = [...new Set(given)]
  const found = await tx
    .select({ id: clients.id, name: clients.name })
    .from(clients)
    .where(and(inArray(clients.id, ids), isNull(clients.archivedAt)))
    .orderBy(asc(clients.name))
  if (found.length !== ids.length) throw notFound('One of these clients')
  return found
}

/** Who asked somebody in, as they are now, with those of their clients that the actor may see; null for who left. */
export async function findInviter(tx: Tx, rows: readonly MemberRow[], userId: string): Promise<Inviter | null> {
  const row = rows.find((one) => one.userId === userId)
  if (!row) return null
  const own = await tx
    .select({ clientId: memberClients.clientId })
    .from(memberClients)
    .where(eq(memberClients.userId, userId))
  return { ...row, clientIds: own.map(({ clientId }) => clientId) }
}
