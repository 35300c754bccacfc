import { perform } from '../access.ts'
import { erasureWait } from '../clients/rules.ts'
import { actorName, type Context } from '../context.ts'
import { askSecondPerson, type Proposed } from '../proposals/ask-second-person.ts'
import { applyErasure, checkErasure } from './apply-erasure.ts'
import type { RequestErasure } from './schema.ts'

/**
 * Asks for the erasure of all that belongs to an archived client: a second person confirms, where there is one; then it waits
 * (`erasureWaitMs`), while anybody who may ask for it may cancel it; then a sweep erases (`eraseDueClients`).
 */
export function requestErasure(ctx: Context, input: RequestErasure): Promise<{ kind: 'waiting' } | Proposed> {
  return perform<{ kind: 'waiting' } | Proposed>(ctx, 'client:erase', async (tx) => {
    const checked = await checkErasure(tx, ctx, input)
    const { client, reach } = checked
    const title = `be erased with all that belongs to ${client.name}, ${erasureWait} after the yes`
    const proposed = await askSecondPerson(tx, ctx, {
      action: 'client:erase',
      input: { ...input },
      title,
      reach,
      reason: input.reason,
      isAlways: true,
      needsAllClients: true,
    })
    if (proposed) return proposed
    return { value: { kind: 'waiting' }, changes: await applyErasure(tx, ctx, checked, actorName(ctx.actor)) }
  })
}
