import { cancelSubscription, reactivateSubscription } from '../../billing/change-subscription.ts'
import { getBilling } from '../../billing/get-billing.ts'
import { getSubscription } from '../../billing/get-subscription.ts'
import { openPortal } from '../../billing/open-portal.ts'
import { getBillingSchema, goToStripeSchema } from '../../billing/schema.ts'
import { subscribe } from '../../billing/subscribe.ts'
import { memberProcedure, router } from '../trpc.ts'

export const billingRouter = router({
  get: memberProcedure.input(getBillingSchema).query(({ ctx, input }) => getBilling(ctx, input)),
  subscription: memberProcedure.query(({ ctx }) => getSubscription(ctx)),
  subscribe: memberProcedure.input(goToStripeSchema).mutation(({ ctx, input }) => subscribe(ctx, input)),
  openPortal: memberProcedure.input(goToStripeSchema).mutation(({ ctx, input }) => openPortal(ctx, input)),
  cancel: memberProcedure.mutation(({ ctx }) => cancelSubscription(ctx)),
  reactivate: memberProcedure.mutation(({ ctx }) => reactivateSubscription(ctx)),
})
