import { contextOfApiKey } from '@/server/auth/api-key-context'
import { clientAddressOf } from '@/server/auth/peer-address'
import { handleRest } from '@/server/rest/handle-rest'

export const dynamic = 'force-dynamic'

/** The API for programs: a key in the Authorization header, never a session. */
async function handle(request: Request, { params }: RouteContext<'/api/v1/[...path]'>): Promise<Response> {
  const { path } = await params
  const { headers } = request
  return handleRest(request, path, () => contextOfApiKey(headers.get('authorization'), clientAddressOf(headers)))
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT }
