import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { patchName } from '../patches/queries.ts'
import { askSecondPerson, type Proposed } from '../proposals/ask-second-person.ts'
import { answerGate, checkAnswer } from './answer-gate.ts'
import type { ConfirmGate } from './schema.ts'

/**
 * A person answers a gate that asks: go on with this patch, or stop and take it back. A yes that lets it in to very many devices is only
 * proposed: a second person confirms it. A no is done at once.
 */
export function confirmGate(ctx: Context, input: ConfirmGate): Promise<Proposed | { kind: 'answered' }> {
  return perform<Proposed | { kind: 'answered' }>(ctx, 'rollout:confirm-gate', async (tx) => {
    const checked = await checkAnswer(tx, ctx, input)
    const proposed = await askSecondPerson(tx, ctx, {
      action: 'rollout:confirm-gate',
      input: { ...input },
      title: `get ${patchName(checked.patch)} next, in R-${checked.rollout.number}`,
      reach: checked.reach,
      reason: input.reason,
      needsAllClients: false,
    })
    if (proposed) return proposed
    return { value: { kind: 'answered' }, changes: await answerGate(tx, ctx, checked, actorName(ctx.actor)) }
  })
}
