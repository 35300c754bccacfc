import { searchEverythingSchema } from '../../search/schema.ts'
import { searchEverything } from '../../search/search-everything.ts'
import { memberProcedure, router } from '../trpc.ts'

export const searchRouter = router({
  everything: memberProcedure.input(searchEverythingSchema).query(({ ctx, input }) => searchEverything(ctx, input)),
})
