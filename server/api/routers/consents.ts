import { askConsent } from '../../consents/ask-consent.ts'
import { endConsent } from '../../consents/end-consent.ts'
import { askConsentSchema, endConsentSchema } from '../../consents/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

/** As the MSP; a client manager answers in the portal's router. */
export const consentsRouter = router({
  ask: memberProcedure.input(askConsentSchema).mutation(({ ctx, input }) => askConsent(ctx, input)),
  end: memberProcedure.input(endConsentSchema).mutation(({ ctx, input }) => endConsent(ctx, input)),
})
