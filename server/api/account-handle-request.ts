import { accountRouter } from './account-root.ts'
import { type AccountRequest, accountRequest } from './account-trpc.ts'
import { handleProcedures } from './handle-request.ts'

/** The HTTP door of one's own way in: one procedure a request, so that no request tries twenty passwords. */
export const handleAccountRequest = (
  request: Request,
  context: AccountRequest = accountRequest(request.headers),
): Promise<Response> => handleProcedures(request, { router: accountRouter, context, maxBatchSize: 1 })
