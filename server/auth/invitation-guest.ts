import { and, eq, gt, isNull } from 'drizzle-orm'
import { identities } from '../../db/schema/auth.ts'
import { invitations, msps } from '../../db/schema/tenancy.ts'
import type { ClientId, MspId } from '../../db/tenant.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { acceptInvitation } from '../members/accept-invitation.ts'
import type { Role } from '../permissions.ts'
import { findFactors, hasFactor } from './factors.ts'
import { ensurePerson } from './people.ts'
import { hashToken } from './secret-token.ts'
import { authDatabase } from './store.ts'

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
      expiresAt: invitations.expiresAt,
    })
    .from(invitations)
    .innerJoin(msps, eq(msps.id, invitations.mspId))
    .where(
      and(
        eq(invitations.tokenHash, hashToken(token)),
        isNull(invitations.acceptedAt),
        isNull(invitations.revokedAt),
        gt(invitations.expiresAt, now),
      ),
    )
  return row ?? null
}

export interface AcceptedInvitation {
  userId: string
  slug: string
  /** They have a way in already: the mail makes them a member, and they sign in as usual. Else they add their first factor. */
  next: 'sign-in' | 'enrol'
}

/**
 * Takes an invitation: its person is who has that e-mail address, made where nobody has it. Null for a link that does not work. A mailbox
 * is never a way in by itself: whoever has a factor shows it.
 */
export async function takeInvitation(token: string, now: Date): Promise<AcceptedInvitation | null> {
  const invitation = await findInvitation(token, now)
  if (!invitation) return null
  const person = await ensurePerson(invitation, now)
  try {
    const input = { invitationId: invitation.id, tokenHash: hashToken(token) }
    await acceptInvitation(guestContext(invitation, person.id, now), input)
  } catch (error) {
    // Somebody pressed it a moment earlier, or it was taken back meanwhile.
    if (error instanceof DomainError) return null
    throw error
  }
  return { userId: person.id, slug: invitation.slug, next: (await hasWayIn(person.id)) ? 'sign-in' : 'enrol' }
}

async function hasWayIn(userId: string): Promise<boolean> {
  if (hasFactor(await findFactors(userId))) return true
  const linked = await authDatabase()
    .select({ subject: identities.subject })
    .from(identities)
    .where(eq(identities.userId, userId))
  return linked.length > 0
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
