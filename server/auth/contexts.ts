import { and, asc, eq, isNull } from 'drizzle-orm'
import { identityTenants, memberClients, members, msps } from '../../db/schema/tenancy.ts'
import type { ClientId, MspId } from '../../db/tenant.ts'
import type { Context } from '../context.ts'
import { DomainError, notFound } from '../errors.ts'
import { slugSchema } from '../members/schema.ts'
import { type Action, permissionsOf, type Role } from '../permissions.ts'
import { authDatabase } from './store.ts'

export interface Membership {
  mspId: string
  slug: string
  name: string
  role: Role
}

/** The MSPs a person belongs to, by name. */
export function membershipsOf(userId: string): Promise<Membership[]> {
  return authDatabase()
    .select({ mspId: msps.id, slug: msps.slug, name: msps.name, role: members.role })
    .from(members)
    .innerJoin(msps, eq(msps.id, members.mspId))
    .where(and(eq(members.userId, userId), isNull(members.suspendedAt)))
    .orderBy(asc(msps.name))
}

/** What a context is made from: who signed in, when they last proved it, and which directory vouched for them, if one did. */
export interface Proof {
  userId: string
  /** The key of their session. */
  tokenHash?: string
  provedAt?: Date | null
  directory?: { provider: string; tenant: string } | null
}

/**
 * What a signed-in person may do in one MSP, read fresh. `not-found` for an MSP that does not exist and for one they do not belong
 * to or are suspended in: the three must not differ. `forbidden` when they came through a directory that this MSP does not trust.
 */
export async function contextOf(signedIn: Proof, mspSlug: string, now: Date = new Date()): Promise<Context> {
  // Whatever stands in an address: the database is asked only for what can be a name there.
  if (!slugSchema.safeParse(mspSlug).success) throw notFound('This page')
  const [member] = await authDatabase()
    .select({
      mspId: msps.id,
      name: members.name,
      role: members.role,
      hasAllClients: members.hasAllClients,
      mayConfirmFrom: members.mayConfirmFrom,
    })
    .from(members)
    .innerJoin(msps, eq(msps.id, members.mspId))
    .where(and(eq(members.userId, signedIn.userId), eq(msps.slug, mspSlug), isNull(members.suspendedAt)))
  if (!member) throw notFound('This page')
  if (signedIn.directory) await requireTrusted(member.mspId, signedIn.directory)
  const { userId, provedAt = null } = signedIn
  return {
    actor: { kind: 'person', userId, name: member.name, role: member.role, provedAt },
    // Proven: the row says that this person belongs to this MSP.
    mspId: member.mspId as MspId,
    clients: member.hasAllClients ? 'all' : await clientsOf(member.mspId, userId),
    permissions: member.mayConfirmFrom <= now ? permissionsOf[member.role] : unsettled(permissionsOf[member.role]),
    now,
  }
}

/** Without being anybody's second person yet. */
const unsettled = (permissions: ReadonlySet<Action>): ReadonlySet<Action> =>
  new Set([...permissions].filter((action) => action !== 'proposal:confirm'))

async function requireTrusted(
  mspId: string,
  { provider, tenant }: { provider: string; tenant: string },
): Promise<void> {
  const [trusted] = await authDatabase()
    .select({ tenant: identityTenants.tenant })
    .from(identityTenants)
    .where(
      and(eq(identityTenants.mspId, mspId), eq(identityTenants.provider, provider), eq(identityTenants.tenant, tenant)),
    )
  if (!trusted)
    throw new DomainError('forbidden', 'This company does not take sign-ins from your directory. Sign in another way.')
}

async function clientsOf(mspId: string, userId: string): Promise<ClientId[]> {
  const rows = await authDatabase()
    .select({ clientId: memberClients.clientId })
    .from(memberClients)
    .where(and(eq(memberClients.mspId, mspId), eq(memberClients.userId, userId)))
  // Proven: rows of this member.
  return rows.map((row) => row.clientId as ClientId)
}
