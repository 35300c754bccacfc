import { countNeeds } from '../../navigation/queries.ts'
import { memberProcedure, router } from '../trpc.ts'

/** Apart from `session`, whose queries are asked again with every change of the live stream. */
export const needsRouter = router({
  count: memberProcedure.query(({ ctx }) => countNeeds(ctx)),
})
