import { paths } from '../../server/paths.ts'

/** A route that changes something, and how it says no to a page of another site. */
export interface MutationRoute {
  address: string
  /** What its own page sends. */
  body: { type: 'application/json' | 'application/x-www-form-urlencoded'; text: string }
  /**
   * `status`: it answers so. `path`: it leads there and sets no cookie. `key`: it reads no cookie at all, only a key in a header that
   * browsers send for nobody.
   */
  refusal: { status: number } | { path: string } | 'key'
}

const json = (value: unknown) => ({ type: 'application/json', text: JSON.stringify(value) }) as const
const form = (text: string) => ({ type: 'application/x-www-form-urlencoded', text }) as const

/** Every file below app/ that answers something else than GET, by its folder. One without a line fails `server/api/hardening.test.ts`. */
export const mutationRoutes: Record<string, MutationRoute> = {
  'api/account/trpc/[trpc]': {
    address: `${paths.accountTrpc()}/security.revokeOtherSessions`,
    body: json({}),
    refusal: { status: 403 },
  },
  'api/auth/directory': { address: paths.directory(), body: json({ provider: 'google' }), refusal: { status: 403 } },
  'api/auth/directory/unlink': {
    address: paths.unlinkDirectory(),
    body: json({ provider: 'google' }),
    refusal: { status: 403 },
  },
  'api/auth/link': {
    address: paths.redeemSignInLink(),
    body: form('token=x'),
    refusal: { path: paths.signInRefused() },
  },
  'api/auth/sign-out': { address: paths.signOut(), body: form(''), refusal: { path: paths.signIn() } },
  'api/invitation': {
    address: paths.acceptInvitation(),
    body: form('token=x'),
    refusal: { path: paths.invitationRefused() },
  },
  'api/m/[msp]/trpc/[trpc]': {
    address: `${paths.trpc('northfold')}/clients.create`,
    body: json({ json: { name: 'Made by a page of another site', timeZone: 'Europe/Berlin', siteName: 'Office' } }),
    refusal: { status: 403 },
  },
  'api/v1/[...path]': {
    address: '/api/v1/rollouts/01900000-0000-7000-8000-000000000000/pause',
    body: json({}),
    refusal: 'key',
  },
}
