import { getPolicyPage, listPolicies } from '../../policies/queries.ts'
import { savePolicy } from '../../policies/save-policy.ts'
import { getPolicySchema, savePolicySchema } from '../../policies/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

export const policiesRouter = router({
  list: memberProcedure.query(({ ctx }) => listPolicies(ctx)),
  get: memberProcedure.input(getPolicySchema).query(({ ctx, input }) => getPolicyPage(ctx, input)),
  save: memberProcedure.input(savePolicySchema).mutation(({ ctx, input }) => savePolicy(ctx, input)),
})
