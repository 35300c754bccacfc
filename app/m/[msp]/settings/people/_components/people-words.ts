import { formatList, plural } from '@/components/format'
import type { Role } from '@/server/permissions'
import type { MemberList } from './people-types'

/** "All clients", "Brightwater and Kestrel", "None of yours": whom somebody sees, so far as the viewer may know. */
export function reachWords(one: { hasAllClients: boolean; clients: readonly { name: string }[] }): string {
  if (one.hasAllClients) return 'All clients'
  if (one.clients.length === 0) return 'No client'
  return formatList(
    one.clients.map(({ name }) => name),
    3,
  )
}

/** Who is here and what is open; zeros are left out. */
export function peopleLead({ people, invitations }: MemberList): string {
  const suspended = people.filter((one) => one.suspendedAt).length
  const open = invitations.filter((one) => one.state === 'open').length
  const parts = [
    ...(suspended > 0 ? [`${plural(suspended, 'is', 'are')} suspended`] : []),
    ...(open > 0 ? [`${plural(open, 'invitation is', 'invitations are')} out`] : []),
  ]
  return parts.length > 0 ? `${parts.join(', ')}.` : 'Nobody is suspended, and no invitation is out.'
}

/** What the choice of clients is called for a role. */
export const clientsLabel = (role: Role): string => (role === 'client-manager' ? 'Their organisations' : 'Clients')
