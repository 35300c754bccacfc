import { erasureWait } from '../clients/rules.ts'
import { actorName, type Context } from '../context.ts'
import type { Proposed } from '../proposals/ask-second-person.ts'
import { performOrPropose } from '../proposals/perform-or-propose.ts'
import { applyErasure, checkErasure } from './apply-erasure.ts'
import type { RequestErasure } from './schema.ts'

/**
 * Asks for the erasure of all that belongs to an archived client: a second person confirms, where there is one; then it waits
 * (`erasureWaitMs`), while anybody who may ask for it may cancel it; then a sweep erases (`eraseDueClients`).
 */
export function requestErasure(ctx: Context, input: RequestErasure): Promise<{ kind: 'waiting' } | Proposed> {
  return performOrPropose(ctx, 'client:erase', input, async (tx) => {
    const checked = await checkErasure(tx, ctx, input)
    return {
      title: `be erased with all that belongs to ${checked.client.name}, ${erasureWait} after the yes`,
      reach: checked.reach,
      isAlways: true,
      needsAllClients: true,
      value: { kind: 'waiting' },
      apply: () => applyErasure(tx, ctx, checked, actorName(ctx.actor)),
    }
  })
}
