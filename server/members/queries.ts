import { asc, desc, eq, inArray, isNull } from 'drizzle-orm'
import { clients, invitations, memberClients, members } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { judgeInvitation } from './judge-invitation.ts'
import { selectMembers } from './lock-members.ts'
import { type InvitationRefusal, type Inviter, invitationState } from './rules.ts'

/** An invitation that nobody used is shown this long after its end; the audit log has the older ones. */
const shownAfterEndMs = 14 * 24 * 3_600_000

/**
 * The people of the MSP and the invitations that are out, by name. Who sees only some clients reads of those people only who may see all
 * clients or one of theirs: others would tell of clients they do not know.
 */
export function listMembers(ctx: Context) {
  return read(ctx, 'member:read', async (tx) => {
    const rows = await tx
      .select({
        userId: members.userId,
        name: members.name,
        email: members.email,
        role: members.role,
        hasAllClients: members.hasAllClients,
        createdAt: members.createdAt,
        suspendedAt: members.suspendedAt,
      })
      .from(members)
      .orderBy(asc(members.name), asc(members.userId))
    // Row-level security leaves only the clients that the actor may see.
    const given = await tx
      .select({ userId: memberClients.userId, id: clients.id, name: clients.name })
      .from(memberClients)
      .innerJoin(clients, eq(clients.id, memberClients.clientId))
      .orderBy(asc(clients.name))
    const clientsOf = Map.groupBy(given, (one) => one.userId)
    const people = rows
      .map((row) => ({
        ...row,
        clients: (clientsOf.get(row.userId) ?? []).map(({ id, name }) => ({ id, name })),
        isSelf: ctx.actor.kind === 'person' && ctx.actor.userId === row.userId,
      }))
      .filter((row) => ctx.clients === 'all' || row.hasAllClients || row.isSelf || row.clients.length > 0)
    const inviters = new Map(
      rows.map((row) => [row.userId, { ...row, clientIds: (clientsOf.get(row.userId) ?? []).map(({ id }) => id) }]),
    )
    const owners = rows.filter((row) => row.role === 'owner' && !row.suspendedAt).length
    return { people, owners, invitations: await findInvitations(ctx, tx, inviters), asOf: ctx.now }
  })
}

async function findInvitations(ctx: Context, tx: Tx, inviters: ReadonlyMap<string, Inviter>) {
  const rows = await tx
    .select({
      id: invitations.id,
      name: invitations.name,
      email: invitations.email,
      role: invitations.role,
      hasAllClients: invitations.hasAllClients,
      clientIds: invitations.clientIds,
      invitedBy: invitations.invitedBy,
      invitedByName: invitations.invitedByName,
      sentAt: invitations.sentAt,
      expiresAt: invitations.expiresAt,
      acceptedAt: invitations.acceptedAt,
      revokedAt: invitations.revokedAt,
    })
    .from(invitations)
    .where(isNull(invitations.acceptedAt))
    .orderBy(desc(invitations.sentAt), asc(invitations.id))
  const ids = [...new Set(rows.flatMap((row) => row.clientIds))]
  const known =
    ids.length === 0
      ? []
      : await tx.select({ id: clients.id, name: clients.name }).from(clients).where(inArray(clients.id, ids))
  const nameOf = new Map(known.map(({ id, name }) => [id, name]))
  const oldest = ctx.now.getTime() - shownAfterEndMs
  return rows
    .map(({ clientIds, acceptedAt, revokedAt, invitedBy, ...row }) => ({
      ...row,
      state: invitationState({ ...row, clientIds, acceptedAt, revokedAt }, inviters.get(invitedBy) ?? null, ctx.now),
      clients: clientIds.flatMap((id) => (nameOf.has(id) ? [{ id, name: nameOf.get(id) ?? '' }] : [])).sort(byName),
      isWithin: row.hasAllClients ? ctx.clients === 'all' : clientIds.every((id) => nameOf.has(id)),
    }))
    .filter(({ state }) => state !== 'accepted' && state !== 'revoked')
    .filter(({ state, expiresAt }) => state !== 'expired' || expiresAt.getTime() > oldest)
    .filter((row) => ctx.clients === 'all' || row.isWithin)
    .map(({ isWithin: _, ...row }) => row)
}

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name)

/** Why an invitation would not let this person in now, or null: before anything is made of it. `ctx`: as for `acceptInvitation`. */
export function findInvitationRefusal(
  ctx: Context,
  held: { invitationId: string; tokenHash: string; userId: string },
): Promise<InvitationRefusal | null> {
  return read(ctx, 'member:add', async (tx) => {
    const judged = await judgeInvitation(tx, { rows: await selectMembers(tx), now: ctx.now }, held)
    return judged.kind === 'refused' ? judged.why : null
  })
}
