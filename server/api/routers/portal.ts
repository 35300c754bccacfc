import { getPortal } from '../../portal/queries.ts'
import { getPortalSchema } from '../../portal/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

/** All that a client manager may call: their right to it is `portal:read`, and they have no other. */
export const portalRouter = router({
  get: memberProcedure.input(getPortalSchema).query(({ ctx, input }) => getPortal(ctx, input)),
})
