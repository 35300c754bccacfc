import { getOverview } from '../../overview/get-overview.ts'
import { memberProcedure, router } from '../trpc.ts'

export const overviewRouter = router({
  get: memberProcedure.query(({ ctx }) => getOverview(ctx)),
})
