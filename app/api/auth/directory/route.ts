import { answerCall } from '@/server/api/answer-call'
import { beginDirectory, beginDirectorySchema } from '@/server/auth/directory-sign-in'

export const dynamic = 'force-dynamic'

/** A button of a directory: answers where its browser goes. */
export const POST = (request: Request): Promise<Response> =>
  answerCall(request, beginDirectorySchema, (input) => beginDirectory(input, request.headers))
