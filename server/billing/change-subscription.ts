import { perform, read, requireWhole } from '../access.ts'
import type { Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { isSubscribed } from './entitlement.ts'
import { findPaying } from './find-standing.ts'
import { fetchState, setEnding } from './gateway.ts'
import { billOfWhole } from './rules.ts'
import { storeState } from './store-state.ts'

/** Lets the subscription end with its month; until then nothing changes. `not-allowed-now` without one, or when it ends already. */
export const cancelSubscription = (ctx: Context): Promise<void> => setEnd(ctx, 'billing:cancel')

/** Takes a cancellation back before it has come. `not-allowed-now` where there is none to take back. */
export const reactivateSubscription = (ctx: Context): Promise<void> => setEnd(ctx, 'billing:reactivate')

async function setEnd(ctx: Context, action: 'billing:cancel' | 'billing:reactivate'): Promise<void> {
  const isEnding = action === 'billing:cancel'
  const paying = await read(ctx, action, (tx) => {
    requireWhole(ctx, billOfWhole)
    return findPaying(tx)
  })
  const { customerId, subscriptionId } = paying
  if (!customerId || !subscriptionId || !isSubscribed(paying.status))
    throw notAllowedNow('The company has no subscription that stands.')
  if ((paying.cancelAt !== null) === isEnding)
    throw notAllowedNow(isEnding ? 'The subscription is cancelled already.' : 'The subscription was not cancelled.')
  await setEnding(subscriptionId, isEnding)
  const state = await fetchState(customerId)
  await perform(ctx, action, async (tx) => {
    await storeState(tx, ctx, customerId, state)
    const details = { endsAt: state.subscription?.cancelAt ?? null }
    return {
      value: undefined,
      changes: [{ clientId: null, subject: { kind: 'msp', id: ctx.mspId, name: paying.name }, details }],
    }
  })
}
