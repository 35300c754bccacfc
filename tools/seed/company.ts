import { contextOf, membershipsOf } from '../../server/auth/contexts.ts'
import { jobContext } from '../../server/auth/job-context.ts'
import { ensurePerson } from '../../server/auth/people.ts'
import { createClient } from '../../server/clients/create-client.ts'
import { listClients } from '../../server/clients/queries.ts'
import type { Context } from '../../server/context.ts'
import { addMember } from '../../server/members/add-member.ts'
import { createMsp, findMspId } from '../../server/members/create-msp.ts'
import type { Role } from '../../server/permissions.ts'

export interface Person {
  name: string
  email: string
}

/** An MSP with its first owner; answers the owner's context. What is there already stays as it is. */
export async function ensureCompany(company: { name: string; slug: string; owner: Person }, now: Date) {
  const { name, slug, owner } = company
  const person = await ensurePerson(owner, now)
  const mspId = (await findMspId(slug)) ?? (await createMsp({ name, slug }, now)).mspId
  if (!(await isMember(person.id, slug)))
    await addMember(jobContext(mspId, 'seed', now), { ...owner, userId: person.id, role: 'owner', clients: 'all' })
  // Whoever runs the seed sits at the machine itself: as good a proof as any.
  return contextOf({ userId: person.id, provedAt: now }, slug, now)
}

/** A person who is a member of the MSP of `ctx` and sees the named clients. */
export async function ensureMember(
  ctx: Context,
  slug: string,
  member: Person & { role: Role; clients: 'all' | string[] },
): Promise<void> {
  const person = await ensurePerson(member, ctx.now)
  const { name, email, role, clients } = member
  if (!(await isMember(person.id, slug))) await addMember(ctx, { userId: person.id, name, email, role, clients })
}

async function isMember(userId: string, slug: string): Promise<boolean> {
  return (await membershipsOf(userId)).some((membership) => membership.slug === slug)
}

/** A client by its name, made with one site when it is not there. */
export async function ensureClient(ctx: Context, client: { name: string; timeZone: string }): Promise<string> {
  const found = (await listClients(ctx)).find((one) => one.name === client.name)
  return found?.id ?? (await createClient(ctx, { ...client, siteName: 'Main office' })).clientId
}
