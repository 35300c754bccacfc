import { cookies } from 'next/headers'
import type { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import Google from 'next-auth/providers/google'
import MicrosoftEntraId from 'next-auth/providers/microsoft-entra-id'
import { pino } from 'pino'
import { DomainError } from '../errors.ts'
import type { DirectoryProvider } from '../msps/rules.ts'
import { type DirectoryIdentity, readIdentity } from './directory-claims.ts'
import { type DirectorySettings, directoryNames, listDirectories } from './directory-settings.ts'
import { nextAuthConfig } from './next-auth-config.ts'
import { isLoopbackHost } from './peer-address.ts'
import { authSettings, hasSecureCookies } from './store.ts'

const log = pino({ name: 'sign-in' })

/** The provider that the last part of a callback's address names, if it is set up here. */
export const providerOfCallback = (id: string): DirectoryProvider | null =>
  listDirectories().find(({ provider }) => provider === id)?.provider ?? null

const checks = ['pkce', 'state', 'nonce'] as const
const common = ({ clientId, clientSecret, issuer }: DirectorySettings) => ({
  clientId,
  clientSecret,
  issuer,
  checks: [...checks],
  allowDangerousEmailAccountLinking: false,
  // Nothing is asked of the directory beside who it is; Microsoft's own default would fetch a photograph.
  authorization: { params: { scope: 'openid profile email' } },
})

function providerOf(settings: DirectorySettings) {
  switch (settings.provider) {
    case 'microsoft-entra-id':
      return MicrosoftEntraId({ ...common(settings), profile: ({ sub }) => ({ id: sub }) })
    case 'google':
      return Google({ ...common(settings), profile: ({ sub }) => ({ id: sub }) })
  }
}

/**
 * next-auth does the exchange with the directory and nothing else: `signIn` below ends each with an address to go to, so that it never comes
 * to a session or a person of its own, and its adapter refuses both. What it answers is not believed: who it was is taken from `onClaims` only.
 */
function exchange(onClaims: (claims: unknown) => Promise<void>) {
  return NextAuth(() => ({
    ...nextAuthConfig(),
    providers: listDirectories().map(providerOf),
    callbacks: {
      async signIn({ profile, account }) {
        if (account?.type === 'oidc') await onClaims(profile)
        return '/'
      },
    },
    // Its own words hold tokens and codes; of what went wrong the name is enough.
    logger: {
      error: (error) => log.warn({ fault: error.name, cause: causeOf(error) }, 'an exchange with a directory failed'),
      warn: () => {},
      debug: () => {},
    },
  }))
}

function causeOf(error: Error): string {
  const { cause } = error
  if (typeof cause === 'object' && cause !== null && 'err' in cause && cause.err instanceof Error)
    return cause.err.message
  return cause instanceof Error ? cause.message : error.message
}

/**
 * The address at the directory to send this browser to; what protects the way back goes into its cookies. `params` are added to the
 * request. Throws `unavailable` when the directory does not answer.
 */
export async function beginExchange(
  settings: DirectorySettings,
  origin: string,
  params: Record<string, string>,
): Promise<string> {
  const { provider: id } = settings
  const away = new DomainError(
    'unavailable',
    `${directoryNames[settings.provider]} does not answer just now. Try again in a minute, or sign in another way.`,
  )
  const { signIn } = exchange(async () => {})
  const redirect_uri = `${origin}/api/auth/callback/${id}`
  const url: unknown = await signIn(id, { redirect: false, redirectTo: '/' }, { ...params, redirect_uri }).catch(
    (error: unknown) => {
      log.warn({ cause: error instanceof Error ? causeOf(error) : '' }, 'a directory does not answer')
      throw away
    },
  )
  const target = URL.parse(String(url))
  // Where something went wrong it is an address of ours.
  if (!target?.searchParams.has('state') || !target.searchParams.has('code_challenge')) throw away
  if (!target.searchParams.has('nonce') || target.origin === origin) throw away
  return target.toString()
}

/**
 * Takes the answer of the directory that this browser brings back: checks state, nonce, PKCE, issuer and audience, and fetches the ID token.
 * Answers who it was; null for whatever did not hold. Its cookies are used up in any case.
 */
export async function finishExchange(
  settings: DirectorySettings,
  origin: string,
  request: Request,
): Promise<DirectoryIdentity | null> {
  let identity: DirectoryIdentity | null = null
  const { handlers } = exchange(async (claims) => {
    identity = readIdentity(settings, claims)
    if (!identity) log.warn({ provider: settings.provider }, 'a directory vouched for somebody who cannot be told')
  })
  const url = `${origin}/api/auth/callback/${settings.provider}${new URL(request.url).search}`
  const headers = new Headers({ cookie: request.headers.get('cookie') ?? '' })
  // Next's own request would call 127.0.0.1 localhost, and the directory compares the address; next-auth reads no more of it than this.
  await handlers.GET(new Request(url, { headers }) as NextRequest)
  await clearExchange()
  return identity
}

async function clearExchange(): Promise<void> {
  const jar = await cookies()
  const secure = hasSecureCookies()
  for (const name of ['state', 'nonce', 'pkce.code_verifier', 'callback-url'])
    jar.set(`${secure ? '__Secure-' : ''}authjs.${name}`, '', { path: '/', maxAge: 0, httpOnly: true, secure })
}

/** The console's address as this browser knows it: the public one, or on this machine itself another spelling of it. */
export function ownOrigin(headers: Headers): string {
  const { origin, host, port } = new URL(authSettings().publicUrl)
  const asked = headers.get('host') ?? ''
  if (!isLoopbackHost(host) || !isLoopbackHost(asked)) return origin
  const spelled = new URL(`http://${asked}`)
  return spelled.port === port ? spelled.origin : origin
}
