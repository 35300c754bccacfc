import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { interactionPolicy, Provider } from 'oidc-provider'
import { makeLoopbackCertificate } from './loopback-certificate.ts'

/** Somebody's account at a directory: who they are there, and what it says of them. */
export interface Account {
  sub: string
  tid?: string
  oid?: string
  hd?: string
  email?: string
  email_verified?: boolean
  preferred_username?: string
}
export type Claims = Record<string, unknown>

export const clientId = 'patchward-of-tests'
export const clientSecret = 'a-secret-of-this-test-only'

export interface Directories {
  /** `https://127.0.0.1:…`; Entra's issuer is `…/common/v2.0`, Google's `…/google`. */
  url: string
  entraIssuer: string
  googleIssuer: string
  /** What its clients must trust. */
  certificate: string
  /** Who is signed in at the directory: whoever comes next is them. */
  account: Account
  /** When they proved it there; null = now. */
  provedAt: Date | null
  /** Whether ID tokens say when. */
  saysWhen: boolean
  /** Changes the claims of the next ID tokens, which are signed as they then are. */
  tamper: ((claims: Claims) => Claims) | null
  /** The person turns back at the directory's page. */
  turnsBack: boolean
  close(): Promise<void>
}

/**
 * Two directories on loopback, by a real OpenID provider: one as Microsoft Entra ID is built (a tenant is an issuer of its own, entered by
 * `common`), one as Google. Nobody types anything there: `account` is signed in.
 */
export async function startDirectories(origins: readonly string[]): Promise<Directories> {
  const { key, certificate } = await makeLoopbackCertificate()
  const server = createServer({ key, cert: certificate })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address object.
  const { port } = server.address() as AddressInfo
  const url = `https://127.0.0.1:${port}`
  const signing = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const providers = new Map<string, Provider>()
  const directories: Directories = {
    url,
    entraIssuer: `${url}/common/v2.0`,
    googleIssuer: `${url}/google`,
    certificate,
    account: { sub: 'nobody' },
    provedAt: null,
    saysWhen: true,
    tamper: null,
    turnsBack: false,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  const providerAt = (mount: string): Provider => {
    const known = providers.get(mount)
    if (known) return known
    const made = makeProvider(`${url}${mount}`, { directories, signing, origins })
    providers.set(mount, made)
    return made
  }
  server.on('request', (request, response) => {
    route(request, response, directories, providerAt).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  return directories
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  directories: Directories,
  providerAt: (mount: string) => Provider,
): Promise<void> {
  const asked = request.url ?? '/'
  const ownTenant = `/${directories.account.tid ?? 'nowhere'}/v2.0`
  if (asked === '/common/v2.0/.well-known/openid-configuration') {
    const found = describeTenant(directories.url, ownTenant)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found))
    return
  }
  const path = asked.replace(/^\/common\/v2\.0/, ownTenant)
  const mount = /^\/google(?=\/)|^\/[0-9a-f-]{36}\/v2\.0(?=\/)/.exec(path)?.[0]
  if (!mount) {
    response.writeHead(404).end()
    return
  }
  const provider = providerAt(mount)
  // As a router would hand it down: from both the provider knows where it is mounted.
  Object.assign(request, { originalUrl: path, url: path.slice(mount.length) })
  if (path.startsWith(`${mount}/interaction/`)) await interact(provider, request, response, directories)
  else await provider.callback()(request, response)
}

/** As Microsoft describes all tenants at once: the issuer has a place for the tenant. */
function describeTenant(url: string, ownTenant: string): Claims {
  const common = `${url}/common/v2.0`
  return {
    issuer: `${url}/{tenantid}/v2.0`,
    authorization_endpoint: `${common}/auth`,
    token_endpoint: `${common}/token`,
    userinfo_endpoint: `${common}/me`,
    jwks_uri: `${url}${ownTenant}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}

async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  { account, provedAt, turnsBack }: Directories,
): Promise<void> {
  const { prompt } = await provider.interactionDetails(request, response)
  if (turnsBack) {
    const error = { error: 'access_denied', error_description: 'The person turned back' }
    await provider.interactionFinished(request, response, error)
    return
  }
  // Whatever is asked (to choose, to sign in), the answer is: it is them.
  const ts = Math.floor((provedAt?.getTime() ?? Date.now()) / 1000)
  const login = { accountId: account.sub, ts, remember: false }
  await provider.interactionFinished(request, response, { login, [prompt.name]: prompt.name === 'login' ? login : {} })
}

interface Making {
  directories: Directories
  signing: KeyObject
  origins: readonly string[]
}

function makeProvider(issuer: string, { directories, signing, origins }: Making): Provider {
  const callbacks = ['microsoft-entra-id', 'google'].map((id) => `/api/auth/callback/${id}`)
  const policy = interactionPolicy.base()
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0)
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: origins.flatMap((origin) => callbacks.map((path) => `${origin}${path}`)),
        grant_types: ['authorization_code'],
        response_types: ['code'],
        require_auth_time: directories.saysWhen,
      },
    ],
    jwks: { keys: [{ ...signing.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    claims: {
      openid: ['sub', 'tid', 'oid', 'hd'],
      email: ['email', 'email_verified'],
      profile: ['preferred_username'],
    },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: {
      policy,
      url: (_, interaction) => `${new URL(issuer).pathname}/interaction/${interaction.uid}`,
    },
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ ...directories.account, sub: id }) }),
    async loadExistingGrant(ctx) {
      // Whoever is signed in has agreed to what is asked.
      const grant = new provider.Grant({ clientId, accountId: ctx.oidc.session?.accountId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Grant: 600, Interaction: 600, Session: 600 },
  })
  provider.use(async (ctx, next) => {
    await next()
    const target = URL.parse(ctx.response.get('location'))
    // Microsoft does not name its issuer on the way back, and could not: it was entered by `common`.
    if (target?.searchParams.has('state') && issuer.endsWith('/v2.0')) {
      target.searchParams.delete('iss')
      ctx.set('location', target.toString())
    }
    const { body } = ctx
    if (!directories.tamper || typeof body !== 'object' || body === null || !('id_token' in body)) return
    ctx.body = { ...body, id_token: signAgain(String(body.id_token), directories.tamper, signing) }
  })
  return provider
}

function signAgain(token: string, tamper: (claims: Claims) => Claims, signing: KeyObject): string {
  const [head = '', payload = ''] = token.split('.')
  const claims: Claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const text = `${head}.${Buffer.from(JSON.stringify(tamper(claims))).toString('base64url')}`
  return `${text}.${createSign('RSA-SHA256').update(text).sign(signing).toString('base64url')}`
}
