import { paths } from '../../server/paths.ts'

/** A route that changes something, and how it says no to a page of another site. */
export interface MutationRoute {
  address: string
  /** What its own page sends: something that would be done. `{link}` stands for the token of a sign-in link that works. */
  body: { type: 'application/json' | 'application/x-www-form-urlencoded'; text: string }
  /**
   * `status`: it answers so. `path`: it leads there and sets no cookie. `key`: it reads no cookie at all, only a key in a header that
   * browsers send for nobody.
   */
  refusal: { status: number } | { path: string } | 'key'
  /** The status for its own page, not signed in, with a body of two megabytes. */
  large: 303 | 401 | 404 | 413
}

const json = (value: unknown) => ({ type: 'application/json', text: JSON.stringify(value) }) as const
const form = (text: string) => ({ type: 'application/x-www-form-urlencoded', text }) as const

/** Every file below app/ that answers something else than GET, by its folder. One without a line fails `server/api/hardening.test.ts`. */
export const mutationRoutes: Record<string, MutationRoute> = {
  'api/account/trpc/[trpc]': {
    address: `${paths.accountTrpc()}/security.revokeOtherSessions`,
    body: json({}),
    refusal: { status: 403 },
    large: 413,
  },
  'api/auth/directory': {
    address: paths.directory(),
    body: json({ provider: 'google' }),
    refusal: { status: 403 },
    large: 413,
  },
  'api/auth/directory/unlink': {
    address: paths.unlinkDirectory(),
    body: json({ provider: 'google' }),
    refusal: { status: 403 },
    large: 413,
  },
  'api/auth/link': {
    address: paths.redeemSignInLink(),
    body: form('token={link}'),
    refusal: { path: paths.signInRefused() },
    large: 303,
  },
  'api/auth/sign-out': { address: paths.signOut(), body: form(''), refusal: { path: paths.signIn() }, large: 303 },
  'api/invitation': {
    address: paths.acceptInvitation(),
    // Where the token is looked at, the refusal says why it is none: only that of another site's page leads to the bare address.
    body: form('token=x'),
    refusal: { path: paths.invitationRefused() },
    large: 303,
  },
  'api/m/[msp]/trpc/[trpc]': {
    address: `${paths.trpc('northfold')}/clients.create`,
    body: json({ json: { name: 'Made by a page of another site', timeZone: 'Europe/Berlin', siteName: 'Office' } }),
    refusal: { status: 403 },
    large: 413,
  },
  // Reads no cookie, only what Stripe signed; without keys of Stripe, as here, there is no such address.
  'api/stripe/webhook': { address: '/api/stripe/webhook', body: json({}), refusal: { status: 404 }, large: 404 },
  'api/v1/[...path]': {
    address: '/api/v1/rollouts/01900000-0000-7000-8000-000000000000/pause',
    body: json({}),
    refusal: 'key',
    large: 401,
  },
}
