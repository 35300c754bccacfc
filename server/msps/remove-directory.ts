import { and, eq } from 'drizzle-orm'
import { identityTenants } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { directoryNames } from './rules.ts'
import { requireWhole } from './save-settings.ts'
import type { Directory } from './schema.ts'

/** Stops trusting a directory: who came in with it is out of this company with their next request. */
export function removeDirectory(ctx: Context, input: Directory): Promise<void> {
  return perform(ctx, 'msp:save-settings', async (tx) => {
    requireWhole(ctx)
    const [removed] = await tx
      .delete(identityTenants)
      .where(and(eq(identityTenants.provider, input.provider), eq(identityTenants.tenant, input.tenant)))
      .returning({ tenant: identityTenants.tenant })
    if (!removed) throw notFound('This directory')
    const name = `${directoryNames[input.provider].name}, ${input.tenant}`
    return {
      value: undefined,
      changes: [{ clientId: null, subject: { kind: 'msp', id: ctx.mspId, name }, details: { directory: 'removed' } }],
    }
  })
}
