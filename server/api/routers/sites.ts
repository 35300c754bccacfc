import { addSite } from '../../sites/add-site.ts'
import { removeSite } from '../../sites/remove-site.ts'
import { renameSite } from '../../sites/rename-site.ts'
import { addSiteSchema, removeSiteSchema, renameSiteSchema } from '../../sites/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

export const sitesRouter = router({
  add: memberProcedure.input(addSiteSchema).mutation(({ ctx, input }) => addSite(ctx, input)),
  rename: memberProcedure.input(renameSiteSchema).mutation(({ ctx, input }) => renameSite(ctx, input)),
  remove: memberProcedure.input(removeSiteSchema).mutation(({ ctx, input }) => removeSite(ctx, input)),
})
