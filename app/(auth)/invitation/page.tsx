import type { Metadata } from 'next'
import { FactsList } from '@/components/facts-list'
import { formatDate, formatSpelled, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { type Invitation, readInvitation } from '@/server/auth/invitation-guest'
import { type InvitationRefusal, invitationMs, invitationRefusals, roleNames } from '@/server/members/rules'
import { paths } from '@/server/paths'
import type { Role } from '@/server/permissions'

// Keeps the token out of the Referer; `no-referrer` would also empty the Origin that the form's POST is judged by.
export const metadata: Metadata = { title: 'Invitation', referrer: 'strict-origin' }

type Props = { searchParams: Promise<{ token?: string | string[]; refused?: string | string[] }> }

/** Who asks whom in, as what. Opening the link changes nothing, because mail scanners open links too: the button does. */
export default async function InvitationPage({ searchParams }: Props) {
  const { token, refused } = await searchParams
  const now = new Date()
  if (typeof token !== 'string') return <Refused why={invitationRefusals.find((why) => why === refused) ?? 'dead'} />
  const found = await readInvitation(token, now)
  if (found.kind === 'refused') return <Refused why={found.why} />
  const { invitation, isFactorAsked } = found
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
        {isFactorAsked
          ? 'Then you add a passkey, or a password with an authenticator app. If you have one already, you sign in with it.'
          : 'Then you choose a password, or add a passkey. If you have one already, you sign in with it.'}
      </p>
    </>
  )
}

/** What the role is, said to whom it is offered. */
const offers: Record<Role, string> = {
  owner: 'You will own the company here: do everything, and give it away.',
  admin: 'You will do everything but give the company away and say how clients’ managers sign in.',
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

/** Why it does not work, and what to do then, said to who holds the link. */
const refusals: Record<InvitationRefusal, string> = {
  dead: `It was used already, was taken back, was sent again since, or is older than ${formatSpelled(invitationMs)}. Ask whoever invited you to send it again. If you have joined already, sign in.`,
  lapsed: 'Whoever sent it may not give away what it gives any more. Ask an owner of the company to invite you anew.',
  'clients-gone':
    'The clients it was for are not looked after here any more. Ask whoever invited you to invite you anew.',
  member: 'You belong to this company already. Sign in as usual; what you may do there does not change by this link.',
}

function Refused({ why }: { why: InvitationRefusal }) {
  return (
    <>
      <h1 className="font-semibold text-title">This invitation does not work</h1>
      <p className="pt-1 pb-6 text-lead text-text-2">{refusals[why]}</p>
      <a href={paths.signIn()} className="link text-lead">
        Go to the sign-in page
      </a>
    </>
  )
}
