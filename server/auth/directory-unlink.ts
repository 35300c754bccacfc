import { z } from 'zod'
import { DomainError } from '../errors.ts'
import { directoryProviders } from '../msps/rules.ts'
import { mayLink } from './directory-decide.ts'
import { unlinkIdentity } from './directory-identities.ts'
import { endSessionsOf } from './end-sessions.ts'
import { findOwnSession } from './session.ts'

export const unlinkDirectorySchema = z.strictObject({
  provider: z.enum(directoryProviders),
  subject: z.string().min(1).max(300),
})

/** Takes an account off who is signed in here; their other sessions end. Wants a step-up. */
export async function unlinkDirectory(input: z.infer<typeof unlinkDirectorySchema>): Promise<{ done: true }> {
  const now = new Date()
  const session = await findOwnSession()
  if (session?.stage !== 'full') throw new DomainError('forbidden', 'Sign in to go on.')
  if (!mayLink(session, now)) throw new DomainError('step-up', 'Prove once more that it is you. Then go on.')
  await unlinkIdentity(session, input, now)
  await endSessionsOf(session.userId, { except: session.tokenHash })
  return { done: true }
}
