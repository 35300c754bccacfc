import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { askSecondPerson, type Proposed } from '../proposals/ask-second-person.ts'
import type { PromoteRing } from './schema.ts'
import { checkPromotion, skipSoak } from './skip-soak.ts'

/**
 * Skips what is left of the soak of the open ring. Proofs and the failure limit still hold; closed while a rollback is open. Where very many
 * devices come next it is only proposed: a second person confirms it.
 */
export function promoteRing(ctx: Context, input: PromoteRing): Promise<Proposed | { kind: 'promoted' }> {
  return perform<Proposed | { kind: 'promoted' }>(ctx, 'rollout:promote', async (tx) => {
    const checked = await checkPromotion(tx, ctx, input)
    const proposed = await askSecondPerson(tx, ctx, {
      action: 'rollout:promote',
      input: { ...input },
      title: `come next in R-${checked.rollout.number}, without the rest of the soak`,
      reach: checked.reach,
      reason: input.reason,
      needsAllClients: false,
    })
    if (proposed) return proposed
    return { value: { kind: 'promoted' }, changes: await skipSoak(tx, ctx, checked) }
  })
}
