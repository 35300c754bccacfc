import { actorName, type Context } from '../context.ts'
import { patchName } from '../patches/queries.ts'
import type { Proposed } from '../proposals/ask-second-person.ts'
import { performOrPropose } from '../proposals/perform-or-propose.ts'
import { scopeOf } from '../proposals/rules.ts'
import { checkLift, endHold, findLiftReach } from './end-hold.ts'
import type { LiftHold } from './schema.ts'

/**
 * Lifts one hold, with a reason. The patch may then be planned again, also for stragglers of a rollout that has ended; a tripped breaker
 * starts counting anew. Where it kept devices of more than one client, or very many, that is only proposed: a second person confirms it.
 */
export function liftHold(ctx: Context, input: LiftHold): Promise<Proposed | { kind: 'lifted' }> {
  return performOrPropose(ctx, 'hold:lift', input, async (tx) => {
    const checked = await checkLift(tx, ctx, input)
    return {
      title: `may get ${patchName(checked.patch)} again, which is held`,
      reach: await findLiftReach(tx, checked),
      scope: scopeOf(checked.hold.clientId),
      splitOver: { subjectId: checked.patch.id },
      needsAllClients: checked.hold.clientId === null,
      value: { kind: 'lifted' },
      apply: () => endHold(tx, ctx, checked, actorName(ctx.actor)),
    }
  })
}
