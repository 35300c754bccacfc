import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { callOff } from './call-off.ts'
import { findRolloutFacts, getRolloutRow, require } from './rollout-rows.ts'
import { rolloutCan } from './rules.ts'
import type { ControlRollout } from './schema.ts'

/** Ends a rollout: what did not start will not, its claims are free again. What is installed stays; take it back with a rollback. */
export function abortRollout(ctx: Context, input: ControlRollout): Promise<void> {
  return perform(ctx, 'rollout:abort', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId, true)
    require(rolloutCan.abort(await findRolloutFacts(tx, rollout)))
    return { value: undefined, changes: [await callOff(tx, ctx, rollout, input.reason)] }
  })
}
