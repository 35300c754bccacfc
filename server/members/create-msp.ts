import { eq } from 'drizzle-orm'
import { auditRecords } from '../../db/schema/records.ts'
import { msps } from '../../db/schema/tenancy.ts'
import { acrossTenants } from '../access.ts'
import { auditRow } from '../audit/record-audit.ts'
import { trialEndOf } from '../billing/entitlement.ts'
import { actorName } from '../context.ts'
import { DomainError } from '../errors.ts'
import { findNewestRoot } from '../signing-roots/find-root.ts'
import { tellOfKeys } from '../signing-roots/tell-of-keys.ts'
import type { CreateMsp } from './schema.ts'

/**
 * Makes a managed service provider, which has no member yet: a job adds its first owner with `addMember`. `conflict` when its slug is
 * taken. Only jobs may call it, and say which one they are; nothing in the console does.
 */
export function createMsp(input: CreateMsp, now: Date, job = 'setup'): Promise<{ mspId: string }> {
  return acrossTenants('an MSP that does not exist yet has no tenant to run in', async (tx) => {
    const [msp] = await tx
      .insert(msps)
      .values({ slug: input.slug, name: input.name, createdAt: now, trialEndsAt: trialEndOf(now) })
      .onConflictDoNothing()
      .returning({ id: msps.id })
    if (!msp) throw new DomainError('conflict', `There is a company at “${input.slug}” already.`)
    // `perform` would write it, but has no tenant to work in: the first record of this one, in the transaction that makes it.
    const actor = { kind: 'system', id: job, name: actorName({ kind: 'system', job }) } as const
    const subject = { kind: 'msp', id: msp.id, name: input.name } as const
    const change = { clientId: null, subject, details: { slug: input.slug } }
    await tx.insert(auditRecords).values(auditRow({ mspId: msp.id, at: now, actor }, 'msp:create', change))
    // Which keys sign its devices' orders stands in its log from the start.
    const root = await findNewestRoot(tx)
    if (root) await tellOfKeys(tx, root, now)
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
