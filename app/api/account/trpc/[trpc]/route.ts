import { handleAccountRequest } from '@/server/api/account-handle-request'

export const dynamic = 'force-dynamic'

const handle = (request: Request): Promise<Response> => handleAccountRequest(request)

export { handle as GET, handle as POST }
