import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { patchName } from '../patches/queries.ts'
import { askSecondPerson, type Proposed } from '../proposals/ask-second-person.ts'
import { checkLift, endHold, findLiftReach } from './end-hold.ts'
import type { LiftHold } from './schema.ts'

/**
 * Lifts one hold, with a reason. The patch may then be planned again, also for stragglers of a rollout that has ended; a tripped breaker
 * starts counting anew. Where it kept devices of more than one client, or very many, that is only proposed: a second person confirms it.
 */
export function liftHold(ctx: Context, input: LiftHold): Promise<Proposed | { kind: 'lifted' }> {
  return perform<Proposed | { kind: 'lifted' }>(ctx, 'hold:lift', async (tx) => {
    const checked = await checkLift(tx, ctx, input)
    const proposed = await askSecondPerson(tx, ctx, {
      action: 'hold:lift',
      input: { ...input },
      title: `may get ${patchName(checked.patch)} again, which is held`,
      reach: await findLiftReach(tx, checked),
      scope: checked.hold.clientId ? [checked.hold.clientId] : 'all',
      splitOver: { subjectId: checked.patch.id },
      reason: input.reason,
      needsAllClients: checked.hold.clientId === null,
    })
    if (proposed) return proposed
    return { value: { kind: 'lifted' }, changes: await endHold(tx, ctx, checked, actorName(ctx.actor)) }
  })
}
