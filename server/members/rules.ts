import { type Can, no, wholeCan, yes } from '../can.ts'
import { type Action, mayGrant, missingPermission, permissionsOf, type Role, roles } from '../permissions.ts'

/** The words of a role on screen. */
export const roleNames: Record<Role, string> = {
  owner: 'Owner',
  admin: 'Admin',
  approver: 'Approver',
  technician: 'Technician',
  billing: 'Billing',
  'read-only': 'Read only',
  'client-manager': 'Client manager',
}

/** What a role is for, beside its name where one is chosen. */
export const roleDuties: Record<Role, string> = {
  owner: 'Everything, and gives the company away.',
  admin: 'Everything but giving the company away and saying how clients’ managers sign in.',
  approver: 'A technician who also says yes to production and emergencies.',
  technician: 'Approves patches, runs rollouts, sets holds.',
  billing: 'Reads the bill, counts, clients, devices and the audit log.',
  'read-only': 'Reads everything but the bill, changes nothing.',
  'client-manager': 'Sees the page of their own organisation, in plain words.',
}

/** An invitation's link works this long. */
export const invitationMs = 7 * 24 * 3_600_000
/** The same mail is not sent again sooner. */
export const resendAfterMs = 60_000

/** What an invitation gives away, and how far it has come. */
export interface InvitationFacts {
  role: Role
  hasAllClients: boolean
  clientIds: readonly string[]
  acceptedAt: Date | null
  revokedAt: Date | null
  expiresAt: Date
}
/** Who sent it, as they are now. */
export interface Inviter {
  role: Role
  hasAllClients: boolean
  suspendedAt: Date | null
  clientIds: readonly string[]
}
/** `lapsed`: its sender could not give this away now. It works again when they can. */
export type InvitationState = 'open' | 'lapsed' | 'expired' | 'accepted' | 'revoked'

/** Where an invitation stands at `now`; `inviter` null = who sent it is no member any more. */
export function invitationState(invitation: InvitationFacts, inviter: Inviter | null, now: Date): InvitationState {
  if (invitation.acceptedAt) return 'accepted'
  if (invitation.revokedAt) return 'revoked'
  if (invitation.expiresAt <= now) return 'expired'
  return inviter && couldGive(inviter, invitation) ? 'open' : 'lapsed'
}

/** Would they be let send this invitation now? As `inviteMember` judges who sends a new one. */
function couldGive(inviter: Inviter, { role, hasAllClients, clientIds }: InvitationFacts): boolean {
  const permissions = permissionsOf[inviter.role]
  if (inviter.suspendedAt || !permissions.has('member:invite')) return false
  if (!grantableRoles({ permissions, hasAllClients: inviter.hasAllClients }).includes(role)) return false
  return inviter.hasAllClients || (!hasAllClients && clientIds.every((id) => inviter.clientIds.includes(id)))
}

/** Why who holds the link of an invitation does not come in; the page has a sentence for each. */
export const invitationRefusals = [
  /** Used, revoked, sent again since, expired, or never made: not told apart. */
  'dead',
  'lapsed',
  /** Every client that it gave is archived. */
  'clients-gone',
  /** They belong to the company already. */
  'member',
] as const
export type InvitationRefusal = (typeof invitationRefusals)[number]

/** Who looks, and what they may. */
export interface Viewer {
  userId: string
  permissions: ReadonlySet<Action>
  hasAllClients: boolean
}
export interface MemberFacts {
  userId: string
  role: Role
  suspendedAt: Date | null
}
/** Everybody of the company, as far as it matters who is left. */
export interface People {
  /** Owners who are not suspended. */
  owners: number
}

/**
 * The roles a person may give away, in the order in which they are offered: nobody grants more than they have. A client manager's is
 * everybody's to give who invites.
 */
export const grantableRoles = (viewer: Pick<Viewer, 'permissions' | 'hasAllClients'>): Role[] =>
  roles.filter((role) => mayGrant(viewer.permissions, role) && (role !== 'owner' || viewer.hasAllClients))

/** What a list of roles offers: those, and the one that somebody has already. */
export const offeredRoles = (viewer: Viewer, kept: Role): Role[] =>
  roles.filter((role) => role === kept || grantableRoles(viewer).includes(role))

/** What stands before every change of another person: the right, the reach, and that they may not do more. */
function overPeople(viewer: Viewer, action: Action, member: MemberFacts): Can | null {
  if (!viewer.permissions.has(action)) return no(missingPermission(action))
  const whole = wholeCan(viewer.hasAllClients, 'change people')
  if (!whole.can) return whole
  if (!mayGrant(viewer.permissions, member.role)) return no('They may do more than you: an owner does this.')
  return null
}

const lastOwner = 'A company keeps one owner: make somebody else owner first.'
const isLastOwner = (member: MemberFacts, people: People): boolean =>
  member.role === 'owner' && member.suspendedAt === null && people.owners <= 1

/** A disabled button shows the reason; the verb refuses with the same one. */
export const memberCan = {
  invite: (viewer: Viewer): Can =>
    viewer.permissions.has('member:invite') ? yes : no(missingPermission('member:invite')),
  change: (viewer: Viewer, member: MemberFacts, people: People, role?: Role): Can =>
    overPeople(viewer, 'member:change', member) ??
    (isLastOwner(member, people) && role !== 'owner'
      ? no(lastOwner)
      : role && !grantableRoles(viewer).includes(role)
        ? no('Nobody grants more than they have: an owner gives this role.')
        : yes),
  suspend: (viewer: Viewer, member: MemberFacts, people: People): Can =>
    overPeople(viewer, 'member:suspend', member) ??
    (member.suspendedAt
      ? no('They are suspended already.')
      : member.userId === viewer.userId
        ? no('Nobody suspends themselves.')
        : isLastOwner(member, people)
          ? no(lastOwner)
          : yes),
  restore: (viewer: Viewer, member: MemberFacts): Can =>
    overPeople(viewer, 'member:restore', member) ?? (member.suspendedAt ? yes : no('They are not suspended.')),
  remove: (viewer: Viewer, member: MemberFacts, people: People): Can =>
    overPeople(viewer, 'member:remove', member) ?? (isLastOwner(member, people) ? no(lastOwner) : yes),
  resetFactors: (viewer: Viewer, member: MemberFacts): Can =>
    overPeople(viewer, 'member:reset-factors', member) ??
    (member.userId === viewer.userId ? no('Change your own at Security, in your account.') : yes),
  transferTo: (viewer: Viewer, member: MemberFacts): Can =>
    overPeople(viewer, 'msp:transfer', member) ??
    (member.userId === viewer.userId || member.role === 'owner'
      ? no('They are an owner already.')
      : member.role === 'client-manager'
        ? no('A client’s own manager does not own the company that looks after it.')
        : member.suspendedAt
          ? no('They are suspended. Restore them first.')
          : yes),
} as const

/** What an inviter may not do with an invitation any more, when their own rights have shrunk. */
export const invitationCan = {
  resend: (viewer: Viewer, invitation: { role: Role; state: InvitationState }): Can =>
    !viewer.permissions.has('member:invite')
      ? no(missingPermission('member:invite'))
      : !grantableRoles(viewer).includes(invitation.role)
        ? no('It gives away more than you have: an owner sends it again.')
        : invitation.state === 'accepted' || invitation.state === 'revoked'
          ? no(invitation.state === 'accepted' ? 'They have accepted it.' : 'It was revoked.')
          : invitation.state === 'lapsed'
            ? no('Who sent it may not give this away any more. Revoke it, then invite them anew.')
            : yes,
  revoke: (viewer: Viewer, invitation: { state: InvitationState }): Can =>
    !viewer.permissions.has('member:revoke-invitation')
      ? no(missingPermission('member:revoke-invitation'))
      : invitation.state === 'accepted' || invitation.state === 'revoked'
        ? no(invitation.state === 'accepted' ? 'They have accepted it.' : 'It was revoked already.')
        : yes,
} as const
