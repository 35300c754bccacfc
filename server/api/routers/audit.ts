import { getChainState, listAudit } from '../../audit/queries.ts'
import { listAuditSchema } from '../../audit/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

export const auditRouter = router({
  list: memberProcedure.input(listAuditSchema).query(({ ctx, input }) => listAudit(ctx, input)),
  chain: memberProcedure.query(({ ctx }) => getChainState(ctx)),
})
