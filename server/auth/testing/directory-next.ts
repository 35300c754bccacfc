import { Auth, raw, setEnvDefaults, skipCSRFCheck } from '@auth/core'

/** The cookies of one browser at the console, which Next would keep for us. */
export const jar = new Map<string, string>()

export const nextHeaders = {
  cookies: async () => ({
    get: (name: string) => (jar.has(name) ? { name, value: jar.get(name) } : undefined),
    set: (name: string, value: string, options?: { maxAge?: number }) => {
      if (options?.maxAge === 0) jar.delete(name)
      else jar.set(name, value)
    },
  }),
  headers: async () => new Headers({ host: '127.0.0.1:3000' }),
}

type Config = Parameters<typeof Auth>[1]
type RawReply = { redirect?: string; cookies?: { name: string; value: string }[] }

/** next-auth around its core, which is the part that runs in tests: its own files want to be bundled by Next. */
export const nextAuth = {
  default: (make: () => Config) => {
    const config = () => {
      const made = { basePath: '/api/auth', ...make() }
      setEnvDefaults({}, made)
      return made
    }
    const answer = (request: Request) => Auth(request, config())
    return {
      auth: async () => null,
      handlers: { GET: answer },
      async signIn(id: string, { redirectTo }: { redirectTo: string }, params: Record<string, string>) {
        const request = new Request(`http://127.0.0.1:3000/api/auth/signin/${id}?${new URLSearchParams(params)}`, {
          method: 'POST',
          body: new URLSearchParams({ callbackUrl: redirectTo }),
        })
        const settings = { ...config(), raw, skipCSRFCheck }
        // The core's types know these two symbols only where it declares them itself.
        const reply = (await Auth(request, settings as Config)) as Response | RawReply
        if (reply instanceof Response) return reply.headers.get('location')
        for (const cookie of reply.cookies ?? []) jar.set(cookie.name, cookie.value)
        return reply.redirect
      },
    }
  },
}
