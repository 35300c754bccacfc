import { eq } from 'drizzle-orm'
import { msps } from '../../db/schema/tenancy.ts'
import { perform, requireWhole } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { changesChange, lockSwitch } from './changes-row.ts'
import { stopWords } from './rules.ts'
import type { ControlChanges } from './schema.ts'

/**
 * The kill switch: from the moment this commits no device of the company gets a permit or a lease for an order that changes it or
 * prepares a change, whatever was approved, and none is signed. Temporal and worker are not needed for it, and whoever keeps the turn of the
 * permits for five seconds does not block it: then a permit, lease or signature that was being given in that moment may have slipped. An order
 * that has begun goes on to the end of its sets, never killed. Going back is stopped too: it is for the case that Patchward itself is misused.
 */
export function stopChanges(ctx: Context, input: ControlChanges): Promise<void> {
  return perform(ctx, 'changes:stop', async (tx) => {
    requireWhole(ctx, stopWords.stop)
    const msp = await lockSwitch(tx, ctx, 'stop')
    await tx
      .update(msps)
      .set({
        changesStoppedAt: ctx.now,
        changesStoppedBy: actorName(ctx.actor),
        changesStopReason: input.reason,
      })
      .where(eq(msps.id, msp.id))
    return { value: undefined, changes: [changesChange(msp, input.reason)] }
  })
}
