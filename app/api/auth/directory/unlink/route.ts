import { answerCall } from '@/server/api/answer-call'
import { unlinkDirectory, unlinkDirectorySchema } from '@/server/auth/directory-unlink'

export const dynamic = 'force-dynamic'

/** Takes an account at a directory off the person who is signed in here. */
export const POST = (request: Request): Promise<Response> =>
  answerCall(request, unlinkDirectorySchema, (input) => unlinkDirectory(input))
