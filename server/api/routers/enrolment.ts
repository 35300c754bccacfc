import { createEnrolmentToken } from '../../enrolment/create-enrolment-token.ts'
import { listEnrolmentTokens, listSites } from '../../enrolment/queries.ts'
import { revokeEnrolmentToken } from '../../enrolment/revoke-enrolment-token.ts'
import {
  createEnrolmentTokenSchema,
  listEnrolmentTokensSchema,
  revokeEnrolmentTokenSchema,
} from '../../enrolment/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

export const enrolmentRouter = router({
  list: memberProcedure.input(listEnrolmentTokensSchema).query(({ ctx, input }) => listEnrolmentTokens(ctx, input)),
  sites: memberProcedure.query(({ ctx }) => listSites(ctx)),
  create: memberProcedure
    .input(createEnrolmentTokenSchema)
    .mutation(({ ctx, input }) => createEnrolmentToken(ctx, input)),
  revoke: memberProcedure
    .input(revokeEnrolmentTokenSchema)
    .mutation(({ ctx, input }) => revokeEnrolmentToken(ctx, input)),
})
