import { answerConsent } from '../../consents/answer-consent.ts'
import { answerConsentSchema } from '../../consents/schema.ts'
import { answerException } from '../../exceptions/answer-exception.ts'
import { askException } from '../../exceptions/ask-exception.ts'
import { answerExceptionSchema, askExceptionSchema } from '../../exceptions/schema.ts'
import { giveFeedback } from '../../feedbacks/give-feedback.ts'
import { giveFeedbackSchema } from '../../feedbacks/schema.ts'
import { getAskChoices } from '../../portal/get-ask-choices.ts'
import { getPortal, getPortalReport } from '../../portal/queries.ts'
import { getAskChoicesSchema, getPortalReportSchema, getPortalSchema } from '../../portal/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

/** All that a client manager may call: their rights to it begin with `portal:`, and they have no other. */
export const portalRouter = router({
  get: memberProcedure.input(getPortalSchema).query(({ ctx, input }) => getPortal(ctx, input)),
  askChoices: memberProcedure.input(getAskChoicesSchema).query(({ ctx, input }) => getAskChoices(ctx, input)),
  askException: memberProcedure
    .input(askExceptionSchema)
    .mutation(({ ctx, input }) => askException(ctx, input, 'client')),
  answerException: memberProcedure
    .input(answerExceptionSchema)
    .mutation(({ ctx, input }) => answerException(ctx, input, 'client')),
  answerConsent: memberProcedure.input(answerConsentSchema).mutation(({ ctx, input }) => answerConsent(ctx, input)),
  giveFeedback: memberProcedure.input(giveFeedbackSchema).mutation(({ ctx, input }) => giveFeedback(ctx, input)),
  report: memberProcedure.input(getPortalReportSchema).query(({ ctx, input }) => getPortalReport(ctx, input)),
})
