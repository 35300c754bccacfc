import { cookies } from 'next/headers'
import { z } from 'zod'
import { DomainError } from '../errors.ts'
import { type DirectoryProvider, directoryProviders } from '../msps/rules.ts'
import { stepUpMs } from '../permissions.ts'
import { beginOwnSession, renewOwnSession } from './begin-own-session.ts'
import { type DirectoryRefusal, decideDirectory, mayEnrol, mayLink } from './directory-decide.ts'
import { beginExchange, finishExchange, ownOrigin } from './directory-exchange.ts'
import { type DirectoryIntent, directoryPurposes, intentMs, openIntent, sealIntent } from './directory-intent.ts'
import { getDirectory } from './directory-settings.ts'
import { endSessionsOf } from './end-sessions.ts'
import { countTry } from './rate-limits.ts'
import { findOwnSession } from './session.ts'
import { hasSecureCookies } from './store.ts'
import { visitOf } from './visit.ts'

export const beginDirectorySchema = z.strictObject({
  provider: z.enum(directoryProviders),
  purpose: z.enum(directoryPurposes),
})
export type BeginDirectory = z.infer<typeof beginDirectorySchema>

const cookieName = () => `${hasSecureCookies() ? '__Secure-' : ''}patchward.directory`

/** What a directory is asked for beside who it is: to let the person choose, or to ask for their proof anew and say when it was. */
const paramsOf: Record<DirectoryIntent['purpose'], Record<string, string>> = {
  'sign-in': { prompt: 'select_account' },
  link: { prompt: 'select_account' },
  enrol: { prompt: 'select_account' },
  'step-up': { prompt: 'login', max_age: String(stepUpMs / 1000) },
}

/**
 * Sends this browser to a directory: answers the address. `step-up` where linking, or a first way in, wants a proof first, `forbidden` for what this browser's
 * session may not ask, `unavailable` when the directory does not answer.
 */
export async function beginDirectory(input: BeginDirectory, headers: Headers): Promise<{ url: string }> {
  const { now, address } = visitOf(headers)
  const settings = getDirectory(input.provider)
  await countTry('directory-address', address)
  const session = input.purpose === 'sign-in' ? null : await findOwnSession()
  const stage = input.purpose === 'enrol' ? 'enrol' : 'full'
  if (input.purpose !== 'sign-in' && session?.stage !== stage) throw new DomainError('forbidden', 'Sign in to go on.')
  const may = { link: mayLink, enrol: mayEnrol, 'step-up': null, 'sign-in': null }[input.purpose]
  if (may && session && !may(session, now))
    throw new DomainError('step-up', 'Prove once more that it is you. Then go on.')
  const url = await beginExchange(settings, ownOrigin(headers), paramsOf[input.purpose])
  const tokenHash = session?.tokenHash ?? null
  const intent = sealIntent({ ...input, tokenHash, startedAt: now.getTime() })
  await keepIntent(intent, intentMs / 1000)
  return { url }
}

/** Where a browser goes that came back: `to`, and why nothing came of it, if so. */
export interface DirectoryReturn {
  purpose: DirectoryIntent['purpose']
  refusal: DirectoryRefusal | null
}

/** Takes what a browser brings back from a directory, and does what it was sent there for. The one place where a directory begins a session. */
export async function finishDirectory(provider: DirectoryProvider, request: Request): Promise<DirectoryReturn> {
  const settings = getDirectory(provider)
  const { now } = visitOf(request.headers)
  const intent = openIntent((await cookies()).get(cookieName())?.value, now)
  await keepIntent('', 0)
  const identity = await finishExchange(settings, ownOrigin(request.headers), request)
  if (!intent) return { purpose: 'sign-in', refusal: 'over' }
  const { purpose } = intent
  if (!identity) return { purpose, refusal: 'failed' }
  const outcome = await decideDirectory(identity, intent, await findOwnSession(), now)
  switch (outcome.kind) {
    case 'refused':
      return { purpose, refusal: outcome.why }
    case 'begin':
      await beginOwnSession(outcome.start, now)
      return { purpose, refusal: null }
    case 'renew':
      await renewOwnSession(outcome.session, 'directory', now)
      return { purpose, refusal: null }
    case 'linked':
      // Whoever else is signed in as this person proves it anew, as after every change of the ways in.
      if (outcome.isNew) await endSessionsOf(outcome.session.userId, { except: outcome.session.tokenHash })
      return { purpose, refusal: null }
  }
}

async function keepIntent(value: string, maxAge: number): Promise<void> {
  const jar = await cookies()
  // Lax: the way back is a navigation from the directory's page.
  jar.set(cookieName(), value, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/api/auth',
    secure: hasSecureCookies(),
    maxAge,
  })
}
