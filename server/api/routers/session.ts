import { countForNavigation, getSession } from '../../navigation/queries.ts'
import { memberProcedure, router } from '../trpc.ts'

export const sessionRouter = router({
  get: memberProcedure.query(({ ctx }) => getSession(ctx)),
  counts: memberProcedure.query(({ ctx }) => countForNavigation(ctx)),
})
