import { eq } from 'drizzle-orm'
import { msps } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { requireWhole } from './save-settings.ts'
import type { SetManagerFactors } from './schema.ts'

/** Says whether client managers need a second factor. Who is in with one proof is asked for more with their next request. */
export function setManagerFactors(ctx: Context, { managersNeedFactor }: SetManagerFactors): Promise<void> {
  return perform(ctx, 'msp:set-manager-factors', async (tx) => {
    requireWhole(ctx)
    const [was] = await tx.select().from(msps).where(eq(msps.id, ctx.mspId)).for('no key update')
    if (!was) throw notFound('This page')
    if (was.managersNeedFactor === managersNeedFactor) return { value: undefined, changes: [] }
    await tx.update(msps).set({ managersNeedFactor }).where(eq(msps.id, ctx.mspId))
    return {
      value: undefined,
      changes: [
        {
          clientId: null,
          subject: { kind: 'msp', id: ctx.mspId, name: was.name },
          details: { managersNeedFactor: [was.managersNeedFactor, managersNeedFactor] },
        },
      ],
    }
  })
}
