import type { Metadata } from 'next'
import { FactsList } from '@/components/facts-list'
import { formatDate, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { findInvitation, type Invitation } from '@/server/auth/invitation-guest'
import { roleNames } from '@/server/members/rules'
import { paths } from '@/server/paths'
import type { Role } from '@/server/permissions'

// Keeps the token out of the Referer; `no-referrer` would also empty the Origin that the form's POST is judged by.
export const metadata: Metadata = { title: 'Invitation', referrer: 'strict-origin' }

type Props = { searchParams: Promise<{ token?: string | string[] }> }

/** Who asks whom in, as what. Opening the link changes nothing, because mail scanners open links too: the button does. */
export default async function InvitationPage({ searchParams }: Props) {
  const { token } = await searchParams
  const now = new Date()
  const invitation = typeof token === 'string' ? await findInvitation(token, now) : null
  if (!invitation || typeof token !== 'string') return <Refused />
  const { company, invitedByName, email, role, expiresAt } = invitation
  return (
    <>
      <h1 className="text-balance font-semibold text-title">
        {invitedByName} invites you to {company}
      </h1>
      <p className="pt-1 pb-4 text-lead text-text-2">{offers[role]}</p>
      <FactsList
        facts={[
          { label: 'For', value: email },
          { label: 'As', value: `${roleNames[role]}, ${reachOf(invitation)}` },
          { label: 'Until', value: formatDate(expiresAt, 'UTC', now) },
        ]}
      />
      <form method="post" action={paths.acceptInvitation()} className="pt-6">
        <input type="hidden" name="token" value={token} />
        <Button type="submit" variant="primary" size="touch" className="w-full">
          Join {company}
        </Button>
      </form>
      <p className="pt-3 text-detail text-text-3">
        Then you add a passkey, or a password with an authenticator app. If you have one already, you sign in with it.
      </p>
    </>
  )
}

/** What the role is, said to whom it is offered. */
const offers: Record<Role, string> = {
  owner: 'You will own the company here: do everything, and give it away.',
  admin: 'You will do everything but give the company away.',
  approver: 'You will look after the clients’ devices, and say yes to production.',
  technician: 'You will look after the clients’ devices: approve patches and run rollouts.',
  billing: 'You will read counts, clients, devices and the audit log.',
  'read-only': 'You will read everything and change nothing.',
  'client-manager': 'You will see how your own organisation’s computers stand, in plain words.',
}

function reachOf({ hasAllClients, clientIds, role }: Invitation): string {
  if (hasAllClients) return 'all clients'
  return role === 'client-manager'
    ? plural(clientIds.length, 'organisation', 'organisations')
    : plural(clientIds.length, 'client', 'clients')
}

function Refused() {
  return (
    <>
      <h1 className="font-semibold text-title">This invitation does not work</h1>
      <p className="pt-1 pb-6 text-lead text-text-2">
        It was used already, was taken back, was sent again since, or is older than seven days. Ask whoever invited you
        to send it again. If you have joined already, sign in.
      </p>
      <a href={paths.signIn()} className="link text-lead">
        Go to the sign-in page
      </a>
    </>
  )
}
