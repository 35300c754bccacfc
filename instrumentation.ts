// Set by `register`, for there is no time to load anything when a request has failed.
let noteFailure: (error: unknown) => void = () => {}

/** Next calls this with each error of a request, before it answers. */
export function onRequestError(error: unknown): void {
  noteFailure(error)
}

/** Next calls this once, at the start of the web process and before its first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  // Imported here, so that no other runtime bundles the database driver.
  const [
    { webEnv },
    { connectPools, findUnsafeLogin },
    { connectAuth },
    { stampPeerAddresses },
    { mendAddresses },
    { stopConnectionsOnSignal },
    { setDoorAddress },
    { connectMail },
    { connectStripe },
    { setKeyRing },
    { setDirectories },
    { hardenAnswers },
    { setSecurityContact },
    unavailable,
  ] = await Promise.all([
    import('./server/env/web.ts'),
    import('./db/tenant.ts'),
    import('./server/auth/store.ts'),
    import('./server/auth/peer-address.ts'),
    import('./server/auth/mend-addresses.ts'),
    import('./server/live/stop-connections.ts'),
    import('./server/enrolment/door-address.ts'),
    import('./server/mail/gateway.ts'),
    import('./server/billing/stripe-connection.ts'),
    import('./server/secrets/key-ring.ts'),
    import('./server/auth/directory-settings.ts'),
    import('./server/api/harden-answers.ts'),
    import('./server/api/security-contact.ts'),
    import('./server/api/say-unavailable.ts'),
  ])
  const env = webEnv()
  connectPools({ tenant: env.databaseUrl, isConsole: true })
  const unsafe = await findUnsafeLogin()
  if (unsafe) throw new Error(`web cannot start: the login of WEB_DATABASE_URL ${unsafe}`)
  connectAuth({ databaseUrl: env.authDatabaseUrl, secret: env.authSecret, publicUrl: env.publicUrl })
  setDoorAddress(env.publicDeviceUrl)
  connectMail({ url: env.mailUrl, from: env.mailFrom, publicUrl: env.publicUrl, sinkUrl: env.mailSinkUrl })
  connectStripe(env.stripe)
  setKeyRing(env.secretKeys)
  setDirectories(env.directories)
  stampPeerAddresses(env.trustedProxies)
  setSecurityContact(env.securityContact, env.publicUrl)
  hardenAnswers({ isHttps: env.publicUrl.startsWith('https:') })
  unavailable.sayUnavailable()
  noteFailure = unavailable.noteFailure
  mendAddresses()
  stopConnectionsOnSignal()
}
