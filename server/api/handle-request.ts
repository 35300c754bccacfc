import type { AnyRouter, inferRouterContext } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { checkRequest, type Refusal, readLimitedBody, tooLarge } from './check-request.ts'
import type { RequestContext } from './request-context.ts'
import { appRouter } from './root.ts'

/** The HTTP door of the procedures: `…/<procedure>[,<procedure>…]`, GET for queries, POST for mutations. */
export const handleRequest = (request: Request, context: RequestContext): Promise<Response> =>
  handleProcedures(request, { router: appRouter, context, maxBatchSize: 20 })

/** The same checks in front of any root of procedures. */
export async function handleProcedures<Router extends AnyRouter>(
  request: Request,
  { router, context, maxBatchSize }: { router: Router; context: inferRouterContext<Router>; maxBatchSize: number },
): Promise<Response> {
  const refusal = checkRequest(request.method, request.headers)
  if (refusal) return refuse(refusal)
  const { pathname } = new URL(request.url)
  const body = request.method === 'POST' ? await readLimitedBody(request.body) : undefined
  if (body === null) return refuse(tooLarge)
  return fetchRequestHandler({
    endpoint: pathname.slice(0, pathname.lastIndexOf('/')),
    req: new Request(request.url, { method: request.method, headers: request.headers, body, signal: request.signal }),
    router,
    createContext: () => context,
    maxBatchSize,
    responseMeta: () => ({ headers: new Headers({ 'cache-control': 'private, no-store' }) }),
  })
}

/** In the form of tRPC's own errors, so that the page shows the sentence. */
function refuse({ status, message }: Refusal): Response {
  const error = { json: { message, code: -32600, data: { code: 'BAD_REQUEST', httpStatus: status, fields: null } } }
  return Response.json({ error }, { status, headers: { 'cache-control': 'private, no-store' } })
}
