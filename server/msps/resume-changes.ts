import { eq } from 'drizzle-orm'
import { msps } from '../../db/schema/tenancy.ts'
import { perform, requireWhole } from '../access.ts'
import type { Context } from '../context.ts'
import { changesChange, lockSwitch } from './changes-row.ts'
import { stopWords } from './rules.ts'
import type { ControlChanges } from './schema.ts'

/** Undoes `stopChanges`: what waited is signed and handed out again, as its windows, gates and holds allow now. */
export function resumeChanges(ctx: Context, input: ControlChanges): Promise<void> {
  return perform(ctx, 'changes:resume', async (tx) => {
    requireWhole(ctx, stopWords.resume)
    const msp = await lockSwitch(tx, ctx, 'resume')
    await tx
      .update(msps)
      .set({ changesStoppedAt: null, changesStoppedBy: null, changesStopReason: null })
      .where(eq(msps.id, msp.id))
    const stoppedMs = ctx.now.getTime() - (msp.changesStoppedAt ?? ctx.now).getTime()
    return { value: undefined, changes: [changesChange(msp, input.reason, { stoppedMs })] }
  })
}
