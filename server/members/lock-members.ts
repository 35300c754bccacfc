import { and, asc, inArray, isNull } from 'drizzle-orm'
import { clients, invitations, members } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError, notAllowedNow, notFound } from '../errors.ts'
import { mayGrant, permissionsOf, type Role } from '../permissions.ts'
import type { Can, People, Viewer } from './rules.ts'

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

/**
 * All members, locked until the transaction ends: who changes people takes turns, so that of two owners who demote each other one stays.
 * `conflict` for a person whose own rights changed since their request began.
 */
export async function lockMembers(tx: Tx, ctx: Context): Promise<LockedMembers> {
  const rows = await tx
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
    .for('no key update')
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
    if (!viewer.hasAllClients) throw new DomainError('forbidden', 'Only people who see all clients give all of them.')
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

/** Ends the open invitations of a person who may not give their roles away any more; `role` null = who is out altogether. Answers how many. */
export async function endInvitationsOf(tx: Tx, ctx: Context, userId: string, role: Role | null): Promise<number> {
  const open = await tx
    .select({ id: invitations.id, role: invitations.role, invitedBy: invitations.invitedBy })
    .from(invitations)
    .where(and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt)))
  const dead = open.filter(
    (one) =>
      one.invitedBy === userId &&
      (role === null || !permissionsOf[role].has('member:invite') || !mayGrant(permissionsOf[role], one.role)),
  )
  if (dead.length > 0)
    await tx
      .update(invitations)
      .set({ revokedAt: ctx.now })
      .where(
        inArray(
          invitations.id,
          dead.map((one) => one.id),
        ),
      )
  return dead.length
}
