import type { CsvListName } from './csv/schema.ts'
import type { InvitationRefusal } from './members/rules.ts'

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

const directoryPages = {
  'sign-in': '/sign-in',
  enrol: '/sign-in/enrol',
  link: '/account/security',
  'step-up': '/account/security',
} as const

export const paths = {
  signIn: () => '/sign-in',
  signInLink: (token: string) => `/sign-in/link?token=${encodeURIComponent(token)}`,
  signInRefused: () => '/sign-in/link',
  secondFactor: () => '/sign-in/second-factor',
  enrolFactor: () => '/sign-in/enrol',
  recovery: (token?: string) => withQuery('/sign-in/recover', { token }),
  security: () => '/account/security',
  /** Where a button of a directory leads, and where its browser goes that came back from there. */
  directory: () => '/api/auth/directory',
  unlinkDirectory: () => '/api/auth/directory/unlink',
  afterDirectory: (purpose: keyof typeof directoryPages, result?: string) =>
    !result && (purpose === 'sign-in' || purpose === 'enrol')
      ? '/'
      : withQuery(directoryPages[purpose], { directory: result }),
  accountTrpc: () => '/api/account/trpc',
  redeemSignInLink: () => '/api/auth/link',
  signOut: () => '/api/auth/sign-out',
  /** What an invitation's mail leads to, the button's target, and where it leads who has a way in already. */
  invitation: (token: string) => `/invitation?token=${encodeURIComponent(token)}`,
  invitationRefused: (why?: InvitationRefusal) => (why ? `/invitation?refused=${why}` : '/invitation'),
  invitationAccepted: () => '/invitation/accepted',
  acceptInvitation: () => '/api/invitation',
  home: () => '/',
  /** The MSP's product for whoever asks: the console, or the portal for a client manager. */
  msp: (m: string) => msp(m, ''),
  overview: (m: string) => msp(m, '/overview'),
  /** `add` = with the dialog that adds a client. */
  clients: (m: string, query: { filter?: string; search?: string; add?: 'client' } = {}) =>
    withQuery(msp(m, '/clients'), query),
  client: (m: string, id: string) => msp(m, `/clients/${id}`),
  clientGroups: (m: string) => msp(m, '/clients/groups'),
  archivedClients: (m: string) => msp(m, '/clients/archived'),
  /** What happened to a device while it belonged to a client. */
  leftDevice: (m: string, client: string, id: string) => msp(m, `/clients/${client}/devices/${id}`),
  /** All that belongs to one client, as a zip. */
  clientExport: (m: string, id: string) => `/api${msp(m, `/clients/${id}/export`)}`,
  devices: (
    m: string,
    query: { filter?: DeviceFilter; client?: string; search?: string; after?: string; before?: string } = {},
  ) => withQuery(msp(m, '/devices'), { ...query, filter: query.filter === 'all' ? undefined : query.filter }),
  device: (m: string, id: string, query: { patch?: string } = {}) => withQuery(msp(m, `/devices/${id}`), query),
  enrolment: (m: string, query: { client?: string; after?: string } = {}) =>
    withQuery(msp(m, '/devices/enrolment'), query),
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
  exceptions: (m: string, query: { state?: 'waiting' | 'in-force' | 'over'; client?: string; after?: string } = {}) =>
    withQuery(msp(m, '/exceptions'), { ...query, state: query.state === 'in-force' ? undefined : query.state }),
  holds: (m: string, query: { state?: 'standing' | 'lifted'; client?: string; after?: string } = {}) =>
    withQuery(msp(m, '/holds'), { ...query, state: query.state === 'lifted' ? 'lifted' : undefined }),
  settings: (m: string) => msp(m, '/settings'),
  people: (m: string) => msp(m, '/settings/people'),
  company: (m: string) => msp(m, '/settings/company'),
  /** What is held of people, why and how long. */
  personalData: (m: string) => msp(m, '/settings/personal-data'),
  /** `month` as 2026-11; without it that of now. */
  billing: (m: string, query: { month?: string } = {}) => withQuery(msp(m, '/settings/billing'), query),
  /** Where the company subscribes and pays: a section of its bill. */
  subscription: (m: string) => `${msp(m, '/settings/billing')}#subscription-head`,
  apiKeys: (m: string, query: { after?: string } = {}) => withQuery(msp(m, '/settings/api-keys'), query),
  /** What waits for a second person; `open` = with the question of this one. */
  proposals: (m: string, query: { open?: string } = {}) => withQuery(msp(m, '/proposals'), query),
  audit: (
    m: string,
    query: {
      client?: string
      actor?: string
      action?: string
      outcome?: string
      before?: string
      after?: string
    } = {},
  ) => withQuery(msp(m, '/settings/audit'), query),
  /** A client manager's product; without a client that of their first. */
  reports: (m: string, query: { month?: string; client?: string; after?: string } = {}) =>
    withQuery(msp(m, '/reports'), query),
  report: (m: string, id: string) => msp(m, `/reports/${id}`),
  /** What each number of a report is, and the rows of one. */
  reportDefinitions: (m: string, id: string) => msp(m, `/reports/${id}/definitions`),
  reportRows: (m: string, id: string, query: { number: string; after?: string }) =>
    withQuery(msp(m, `/reports/${id}/rows`), query),
  reportEvidence: (m: string, id: string) => msp(m, `/reports/${id}/evidence`),
  /** A report as PDF, for console and portal. */
  reportPdf: (m: string, id: string) => `/api${msp(m, `/reports/${id}/pdf`)}`,
  /** What a client has of the bill of a month, as PDF. */
  statement: (m: string, client: string, month: string) => `/api${msp(m, `/statements/${client}/${month}`)}`,
  /** The logo of an MSP, by its hash. */
  logo: (m: string, hash: string) => `/api${msp(m, `/logo/${hash}`)}`,
  /** The reports of an organisation for its manager: the newest, or that of a month. */
  portalReports: (m: string, client: string, month?: string) =>
    `/portal/${encodeURIComponent(m)}/${encodeURIComponent(client)}/reports${month ? `/${month}` : ''}`,
  /** How each number of such a month is counted. */
  portalDefinitions: (m: string, client: string, month: string) =>
    `/portal/${encodeURIComponent(m)}/${encodeURIComponent(client)}/reports/${month}/definitions`,
  portal: (m: string, client?: string) =>
    `/portal/${encodeURIComponent(m)}${client ? `/${encodeURIComponent(client)}` : ''}`,
  /** A list as a file, under the filters of its page. */
  csv: (m: string, list: CsvListName, query: Record<string, string> = {}) =>
    withQuery(`/api${msp(m, `/csv/${list}`)}`, query),
  /** The live stream and the procedures of an MSP, for the console's own scripts. */
  events: (m: string) => `/api${msp(m, '/events')}`,
  trpc: (m: string) => `/api${msp(m, '/trpc')}`,
} as const
