import { eq } from 'drizzle-orm'
import { msps } from '../../db/schema/tenancy.ts'
import { acrossTenants } from '../access.ts'
import { DomainError } from '../errors.ts'
import type { CreateMsp } from './schema.ts'

/**
 * Makes a managed service provider, which has no member yet: a job adds its first owner with `addMember`. `conflict` when its slug is
 * taken. Only jobs may call it; nothing in the console does.
 */
export function createMsp(input: CreateMsp, now: Date): Promise<{ mspId: string }> {
  return acrossTenants('an MSP that does not exist yet has no tenant to run in', async (tx) => {
    const [msp] = await tx
      .insert(msps)
      .values({ slug: input.slug, name: input.name, createdAt: now })
      .onConflictDoNothing()
      .returning({ id: msps.id })
    if (!msp) throw new DomainError('conflict', `There is a company at “${input.slug}” already.`)
    return { mspId: msp.id }
  })
}

/** Id of the MSP with this slug, or null. */
export function findMspId(slug: string): Promise<string | null> {
  return acrossTenants('a slug is looked up before its tenant is known', async (tx) => {
    const [msp] = await tx.select({ id: msps.id }).from(msps).where(eq(msps.slug, slug))
    return msp?.id ?? null
  })
}
