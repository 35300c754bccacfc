import { perform, read, requireWhole } from '../access.ts'
import type { Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { linkTo } from '../mail/gateway.ts'
import { findPaying } from './find-standing.ts'
import { createPortal } from './gateway.ts'
import { billOfWhole } from './rules.ts'
import type { GoToStripe } from './schema.ts'

/** Opens Stripe's pages for card, address, tax number and invoices: answers their address. `not-allowed-now` before the first Checkout. */
export async function openPortal(ctx: Context, { returnPath }: GoToStripe): Promise<{ url: string }> {
  const paying = await read(ctx, 'billing:open-portal', (tx) => {
    requireWhole(ctx, billOfWhole)
    return findPaying(tx)
  })
  if (!paying.customerId) throw notAllowedNow('There is nothing to change before the first Checkout.')
  const url = await createPortal(paying.customerId, linkTo(returnPath))
  return perform(ctx, 'billing:open-portal', async () => ({
    value: { url },
    changes: [{ clientId: null, subject: { kind: 'msp', id: ctx.mspId, name: paying.name } }],
  }))
}
