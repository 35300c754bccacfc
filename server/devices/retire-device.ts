import { actorName, type Context } from '../context.ts'
import type { Proposed } from '../proposals/ask-second-person.ts'
import { performOrPropose } from '../proposals/perform-or-propose.ts'
import { applyRetirement, checkRetirement, retirementReach } from './apply-retirement.ts'
import type { RetireDevice } from './schema.ts'

/**
 * Takes a device out of service for good: out of every count, no order any more, and the door refuses it within a minute. Its history stays. A
 * machine that comes back is enrolled anew. Whoever retired as many in a day as want a second person at once is only proposing the next.
 */
export function retireDevice(ctx: Context, input: RetireDevice): Promise<Proposed | { kind: 'retired' }> {
  return performOrPropose(ctx, 'device:retire', input, async (tx) => {
    const checked = await checkRetirement(tx, ctx, input)
    return {
      title: `go out of service for good: ${checked.device.hostName}`,
      reach: retirementReach(checked.device),
      isOneOfMany: true,
      needsAllClients: false,
      value: { kind: 'retired' },
      apply: () => applyRetirement(tx, ctx, checked, actorName(ctx.actor)),
    }
  })
}
