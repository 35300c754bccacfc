import { liftHold } from '../../holds/lift-hold.ts'
import { listHolds } from '../../holds/queries.ts'
import { liftHoldSchema, listHoldsSchema, setHoldSchema } from '../../holds/schema.ts'
import { setHold } from '../../holds/set-hold.ts'
import { memberProcedure, router } from '../trpc.ts'

export const holdsRouter = router({
  list: memberProcedure.input(listHoldsSchema).query(({ ctx, input }) => listHolds(ctx, input)),
  set: memberProcedure.input(setHoldSchema).mutation(({ ctx, input }) => setHold(ctx, input)),
  lift: memberProcedure.input(liftHoldSchema).mutation(({ ctx, input }) => liftHold(ctx, input)),
})
