import type { Context } from '../context.ts'
import type { Proposed } from '../proposals/ask-second-person.ts'
import { performOrPropose } from '../proposals/perform-or-propose.ts'
import type { PromoteRing } from './schema.ts'
import { checkPromotion, skipSoak } from './skip-soak.ts'

/**
 * Skips what is left of the soak of the open ring. Proofs and the failure limit still hold; closed while a rollback is open. Where very many
 * devices come next it is only proposed: a second person confirms it.
 */
export function promoteRing(ctx: Context, input: PromoteRing): Promise<Proposed | { kind: 'promoted' }> {
  return performOrPropose(ctx, 'rollout:promote', input, async (tx) => {
    const checked = await checkPromotion(tx, ctx, input)
    return {
      title: `come next in R-${checked.rollout.number}, without the rest of the soak`,
      reach: checked.reach,
      needsAllClients: false,
      value: { kind: 'promoted' },
      apply: () => skipSoak(tx, ctx, checked),
    }
  })
}
