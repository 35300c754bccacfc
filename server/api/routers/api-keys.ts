import { createApiKey } from '../../api-keys/create-api-key.ts'
import { listApiKeys } from '../../api-keys/queries.ts'
import { revokeApiKey } from '../../api-keys/revoke-api-key.ts'
import { createApiKeySchema, listApiKeysSchema, revokeApiKeySchema } from '../../api-keys/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

export const apiKeysRouter = router({
  list: memberProcedure.input(listApiKeysSchema).query(({ ctx, input }) => listApiKeys(ctx, input)),
  create: memberProcedure
    .input(createApiKeySchema)
    .mutation(({ ctx, input }) => ctx.whileStanding(() => createApiKey(ctx, input))),
  revoke: memberProcedure.input(revokeApiKeySchema).mutation(({ ctx, input }) => revokeApiKey(ctx, input)),
})
