/** Every URL of the console, in one place; `paths.test.ts` shows them as one list. */
const msp = (mspSlug: string, rest: string) => `/m/${encodeURIComponent(mspSlug)}${rest}`

/** Only what is set stands in the query, so that equal filters have equal URLs. */
function withQuery(path: string, query: Record<string, string | undefined>): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value) search.set(key, value)
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

export const deviceFilters = ['all', 'missing', 'pending-reboot', 'failed', 'past-due', 'silent', 'no-data'] as const
export type DeviceFilter = (typeof deviceFilters)[number]

export const paths = {
  signIn: () => '/sign-in',
  signInLink: (token: string) => `/sign-in/link?token=${encodeURIComponent(token)}`,
  signInRefused: () => '/sign-in/link',
  redeemSignInLink: () => '/api/auth/link',
  signOut: () => '/api/auth/sign-out',
  home: () => '/',
  overview: (m: string) => msp(m, '/overview'),
  clients: (m: string) => msp(m, '/clients'),
  devices: (
    m: string,
    query: { filter?: DeviceFilter; client?: string; search?: string; after?: string; before?: string } = {},
  ) => withQuery(msp(m, '/devices'), { ...query, filter: query.filter === 'all' ? undefined : query.filter }),
  device: (m: string, id: string, query: { patch?: string } = {}) => withQuery(msp(m, `/devices/${id}`), query),
  enrolment: (m: string, query: { client?: string } = {}) => withQuery(msp(m, '/devices/enrolment'), query),
  patches: (
    m: string,
    query: { filter?: string; search?: string; classification?: string; after?: string; before?: string } = {},
  ) => withQuery(msp(m, '/patches'), query),
  patch: (m: string, id: string) => msp(m, `/patches/${id}`),
  policies: (m: string) => msp(m, '/policies'),
  policy: (m: string, client: string) => msp(m, `/policies/${client}`),
  rollouts: (m: string, query: { client?: string; after?: string } = {}) => withQuery(msp(m, '/rollouts'), query),
  rollout: (m: string, id: string, query: { ring?: string; host?: string } = {}) =>
    withQuery(msp(m, `/rollouts/${id}`), query),
  holds: (m: string, query: { state?: 'standing' | 'lifted'; client?: string; after?: string } = {}) =>
    withQuery(msp(m, '/holds'), { ...query, state: query.state === 'lifted' ? 'lifted' : undefined }),
  audit: (
    m: string,
    query: { client?: string; actor?: string; action?: string; before?: string; after?: string } = {},
  ) => withQuery(msp(m, '/settings/audit'), query),
  /** The live stream and the procedures of an MSP, for the console's own scripts. */
  events: (m: string) => `/api${msp(m, '/events')}`,
  trpc: (m: string) => `/api${msp(m, '/trpc')}`,
} as const
