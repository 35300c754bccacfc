import { actorName, type Context } from '../context.ts'
import { patchName } from '../patches/queries.ts'
import type { Proposed } from '../proposals/ask-second-person.ts'
import { performOrPropose } from '../proposals/perform-or-propose.ts'
import { answerGate, checkAnswer } from './answer-gate.ts'
import type { ConfirmGate } from './schema.ts'

/**
 * A person answers a gate that asks: go on with this patch, or stop and take it back. A yes that lets it in to very many devices is only
 * proposed: a second person confirms it. A no is done at once.
 */
export function confirmGate(ctx: Context, input: ConfirmGate): Promise<Proposed | { kind: 'answered' }> {
  return performOrPropose(ctx, 'rollout:confirm-gate', input, async (tx) => {
    const checked = await checkAnswer(tx, ctx, input)
    return {
      title: `get ${patchName(checked.patch)} next, in R-${checked.rollout.number}`,
      reach: checked.reach,
      needsAllClients: false,
      value: { kind: 'answered' },
      apply: () => answerGate(tx, ctx, checked, actorName(ctx.actor)),
    }
  })
}
