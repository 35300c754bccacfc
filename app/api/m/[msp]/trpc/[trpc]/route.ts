import { handleRequest } from '@/server/api/handle-request'
import { requestContext } from '@/server/api/request-context'
import { findSignedIn } from '@/server/auth/session'

export const dynamic = 'force-dynamic'

async function handle(request: Request, { params }: RouteContext<'/api/m/[msp]/trpc/[trpc]'>): Promise<Response> {
  const { msp } = await params
  // A page that only refetches does not keep its session alive.
  const isActivity = request.method === 'POST' || request.headers.get('x-person-active') === '1'
  return handleRequest(
    request,
    requestContext(msp, () => findSignedIn({ isActivity })),
  )
}

export { handle as GET, handle as POST }
