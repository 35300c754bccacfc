import { and, asc, eq } from 'drizzle-orm'
import { memberClients, members, msps } from '../../db/schema/tenancy.ts'
import type { ClientId, MspId } from '../../db/tenant.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { slugSchema } from '../members/schema.ts'
import { permissionsOf, type Role } from '../permissions.ts'
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
    .where(eq(members.userId, userId))
    .orderBy(asc(msps.name))
}

/**
 * What a signed-in person may do in one MSP, read fresh. `not-found` for an MSP that does not exist and for one they do not belong
 * to: the two must not differ.
 */
export async function contextOf(
  signedIn: { userId: string },
  mspSlug: string,
  now: Date = new Date(),
): Promise<Context> {
  // Whatever stands in an address: the database is asked only for what can be a name there.
  if (!slugSchema.safeParse(mspSlug).success) throw notFound('This page')
  const [member] = await authDatabase()
    .select({ mspId: msps.id, name: members.name, role: members.role, hasAllClients: members.hasAllClients })
    .from(members)
    .innerJoin(msps, eq(msps.id, members.mspId))
    .where(and(eq(members.userId, signedIn.userId), eq(msps.slug, mspSlug)))
  if (!member) throw notFound('This page')
  return {
    actor: { kind: 'person', userId: signedIn.userId, name: member.name, role: member.role },
    // Proven: the row says that this person belongs to this MSP.
    mspId: member.mspId as MspId,
    clients: member.hasAllClients ? 'all' : await clientsOf(member.mspId, signedIn.userId),
    permissions: permissionsOf[member.role],
    now,
  }
}

async function clientsOf(mspId: string, userId: string): Promise<ClientId[]> {
  const rows = await authDatabase()
    .select({ clientId: memberClients.clientId })
    .from(memberClients)
    .where(and(eq(memberClients.mspId, mspId), eq(memberClients.userId, userId)))
  // Proven: rows of this member.
  return rows.map((row) => row.clientId as ClientId)
}
