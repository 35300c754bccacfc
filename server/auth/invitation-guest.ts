import { and, eq } from 'drizzle-orm'
import { invitations, msps } from '../../db/schema/tenancy.ts'
import type { ClientId, MspId } from '../../db/tenant.ts'
import type { Context } from '../context.ts'
import { acceptInvitation } from '../members/accept-invitation.ts'
import { isHeldSql } from '../members/invitation-rows.ts'
import { findInvitationRefusal } from '../members/queries.ts'
import type { InvitationRefusal } from '../members/rules.ts'
import type { Role } from '../permissions.ts'
import { hashToken } from '../secrets/secret-token.ts'
import { isFactorAskedThen, isOneProofEnough } from './one-factor.ts'
import { findPassword } from './passwords.ts'
import { ensurePerson, findPerson, nobodysId } from './people.ts'
import { authDatabase } from './store.ts'
import { findWaysIn, hasWayIn } from './ways-in.ts'

/** What somebody who holds the link reads before they press the button. */
export interface Invitation {
  id: string
  mspId: string
  slug: string
  company: string
  name: string
  email: string
  role: Role
  hasAllClients: boolean
  clientIds: string[]
  invitedByName: string
  managersNeedFactor: boolean
  expiresAt: Date
}

/** The open invitation of a link, or null: one that was used, revoked, sent anew or never made looks the same. Changes nothing. */
export async function findInvitation(token: string, now: Date): Promise<Invitation | null> {
  const [row] = await authDatabase()
    .select({
      id: invitations.id,
      mspId: invitations.mspId,
      slug: msps.slug,
      company: msps.name,
      name: invitations.name,
      email: invitations.email,
      role: invitations.role,
      hasAllClients: invitations.hasAllClients,
      clientIds: invitations.clientIds,
      invitedByName: invitations.invitedByName,
      managersNeedFactor: msps.managersNeedFactor,
      expiresAt: invitations.expiresAt,
    })
    .from(invitations)
    .innerJoin(msps, eq(msps.id, invitations.mspId))
    .where(and(eq(invitations.tokenHash, hashToken(token)), isHeldSql(now)))
  return row ?? null
}

/** What the page of a link shows: the invitation, or why it does not work. Changes nothing, makes nobody. */
export type ReadInvitation =
  | {
      kind: 'open'
      invitation: Invitation
      /** They will be asked for a second factor: by this company, or by another of theirs. */
      isFactorAsked: boolean
    }
  | { kind: 'refused'; why: InvitationRefusal }

export async function readInvitation(token: string, now: Date): Promise<ReadInvitation> {
  const invitation = await findInvitation(token, now)
  if (!invitation) return { kind: 'refused', why: 'dead' }
  const userId = (await findPerson(invitation.email))?.id ?? nobodysId
  const held = { invitationId: invitation.id, tokenHash: hashToken(token), userId }
  const why = await findInvitationRefusal(guestContext(invitation, userId, now), held)
  if (why) return { kind: 'refused', why }
  return { kind: 'open', invitation, isFactorAsked: await isFactorAskedThen(userId, invitation) }
}

export type TakenInvitation =
  | {
      kind: 'accepted'
      userId: string
      slug: string
      /** They have a way in already: the mail makes them a member, and they sign in as usual. Else they add their first factor. */
      next: 'sign-in' | 'enrol'
    }
  | { kind: 'refused'; why: InvitationRefusal }

/**
 * Takes an invitation: its person is who has that e-mail address, made where nobody has it. A mailbox is never a way in by itself: whoever
 * has a factor shows it.
 */
export async function takeInvitation(token: string, now: Date): Promise<TakenInvitation> {
  const found = await readInvitation(token, now)
  if (found.kind === 'refused') return found
  const { invitation } = found
  const { id: userId } = await ensurePerson(invitation, now)
  const held = { invitationId: invitation.id, tokenHash: hashToken(token) }
  // Judged once more, now that nobody changes people: somebody may have pressed it, or taken it back, a moment ago.
  const why = await acceptInvitation(guestContext(invitation, userId, now), held)
  if (why) return { kind: 'refused', why }
  return {
    kind: 'accepted',
    userId,
    slug: invitation.slug,
    next: (await canSignIn(userId)) ? 'sign-in' : 'enrol',
  }
}

async function canSignIn(userId: string): Promise<boolean> {
  if (hasWayIn(await findWaysIn(userId))) return true
  return (await findPassword(userId)) !== null && (await isOneProofEnough(userId))
}

/** Whom the link proves: the person who was asked in, who may do nothing yet but come in as it says. */
function guestContext(invitation: Invitation, userId: string, now: Date): Context {
  const { mspId, name, role, hasAllClients, clientIds } = invitation
  return {
    actor: { kind: 'person', userId, name, role, provedAt: null },
    // Both come from the row of the invitation that the token proved.
    mspId: mspId as MspId,
    clients: hasAllClients ? 'all' : (clientIds as ClientId[]),
    permissions: new Set(['member:add']),
    now,
  }
}
