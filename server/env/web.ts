import { z } from 'zod'
import { isLoopbackHost } from '../auth/peer-address.ts'
import type { DirectoryProvider } from '../msps/rules.ts'
import { mailSender, mailShape, postgresUrl, proxyRanges, readEnv, secretKeys } from './read-env.ts'
import { stripeOf, stripeShape } from './stripe.ts'

/** Issuers of your own: https, or for tests an address of this machine. */
const issuer = z
  .url({ protocol: /^https?$/, error: 'must be an https:// address' })
  .refine(
    (url) => url.startsWith('https:') || isLoopbackHost(URL.parse(url)?.host ?? ''),
    'must be an https:// address',
  )
  .optional()
const directoryVariables = {
  ENTRA_CLIENT_ID: z.string().min(1).optional(),
  ENTRA_CLIENT_SECRET: z.string().min(1).optional(),
  ENTRA_ISSUER: issuer,
  GOOGLE_CLIENT_ID: z.string().min(1).optional(),
  GOOGLE_CLIENT_SECRET: z.string().min(1).optional(),
  GOOGLE_ISSUER: issuer,
}
const standardIssuers: Record<DirectoryProvider, string> = {
  'microsoft-entra-id': 'https://login.microsoftonline.com/organizations/v2.0',
  google: 'https://accounts.google.com',
}

/** A directory is set up with both of its variables, or not at all: half of them fails the start. */
function directoryOf(provider: DirectoryProvider, clientId = '', clientSecret = '', ownIssuer?: string) {
  if (!clientId && !clientSecret) return []
  const name = provider === 'google' ? 'GOOGLE' : 'ENTRA'
  if (!clientId || !clientSecret)
    throw new Error(`web cannot start: ${name}_CLIENT_ID and ${name}_CLIENT_SECRET are set together or not at all`)
  return [{ provider, clientId, clientSecret, issuer: ownIssuer ?? standardIssuers[provider] }]
}

/** Environment of the web process. It holds no login of another process and no signing key. */
export function webEnv() {
  const env = readEnv('web', {
    WEB_DATABASE_URL: postgresUrl,
    AUTH_DATABASE_URL: postgresUrl,
    AUTH_SECRET: z.string().min(32, 'must have at least 32 characters'),
    PUBLIC_URL: z.url({ protocol: /^https?$/ }),
    PUBLIC_DEVICE_URL: z.url({ protocol: /^https?$/ }),
    SECRET_KEYS: secretKeys,
    WEB_TRUSTED_PROXIES: proxyRanges,
    ...mailShape,
    MAIL_SINK_URL: z.url({ protocol: /^http$/, hostname: /^(127\.0\.0\.1|localhost)$/ }).optional(),
    SECURITY_CONTACT: z.url({ protocol: /^(mailto|https)$/, error: 'must be a mailto: or https: address' }).optional(),
    ...directoryVariables,
    ...stripeShape,
  })
  return {
    databaseUrl: env.WEB_DATABASE_URL,
    authDatabaseUrl: env.AUTH_DATABASE_URL,
    authSecret: env.AUTH_SECRET,
    /** For /.well-known/security.txt. */
    securityContact: env.SECURITY_CONTACT,
    /** Address of the console, without a slash at the end. */
    publicUrl: env.PUBLIC_URL.replace(/\/+$/, ''),
    /** Where devices reach the device door. */
    publicDeviceUrl: env.PUBLIC_DEVICE_URL.replace(/\/+$/, ''),
    /** What secrets at rest are sealed with. */
    secretKeys: env.SECRET_KEYS,
    /** Address ranges of the reverse proxies whose X-Forwarded-For is believed. */
    trustedProxies: env.WEB_TRUSTED_PROXIES,
    /** Without it nothing is sent, and who asks for a mail reads so. */
    mailUrl: env.MAIL_URL,
    mailFrom: mailSender(env),
    mailSinkUrl: env.MAIL_SINK_URL,
    /** How companies pay; null = they do not. */
    stripe: stripeOf('web', env),
    /** The directories whose people can sign in; without one there is no button. */
    directories: [
      ...directoryOf('microsoft-entra-id', env.ENTRA_CLIENT_ID, env.ENTRA_CLIENT_SECRET, env.ENTRA_ISSUER),
      ...directoryOf('google', env.GOOGLE_CLIENT_ID, env.GOOGLE_CLIENT_SECRET, env.GOOGLE_ISSUER),
    ],
  }
}
