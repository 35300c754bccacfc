import { randomUUID } from 'node:crypto'
import { eq, inArray } from 'drizzle-orm'
import type { ClientRef } from '../../db/factories.ts'
import { invitations, members } from '../../db/schema/tenancy.ts'
import { inTenant } from '../../db/tenant.ts'
import { jobContext } from '../auth/job-context.ts'
import { ensurePerson } from '../auth/people.ts'
import { addMember } from '../members/add-member.ts'

/** People of one client, and one who was asked in for it. */
export interface PeopleIds {
  /** A manager of the client organisation. */
  memberId: string
  /** A technician of the MSP who works at this client only. */
  colleagueId: string
  invitationId: string
}

/** Makes them; `renew` makes them anew as they were, whatever was done to them and to the owner of their MSP. */
export async function makePeople(client: ClientRef, canary: string) {
  const ctx = jobContext(client.mspId, 'test')
  const about = (role: string) => ({ name: `${role} of ${canary}`, email: `${role}-${canary}@example.org` })
  const ids: PeopleIds = {
    memberId: (await ensurePerson(about('client-manager'), new Date())).id,
    colleagueId: (await ensurePerson(about('technician'), new Date())).id,
    invitationId: '',
  }
  // Who sent it may still give it away, or it would be dead.
  const inviterId = (await ensurePerson(about('inviter'), new Date())).id
  await addMember(ctx, { userId: inviterId, ...about('inviter'), role: 'admin', clients: [client.clientId] })
  const renew = async (isSuspended = false, ownerId?: string): Promise<PeopleIds> => {
    const both = [ids.memberId, ids.colleagueId]
    await inTenant(ctx, (tx) => tx.delete(members).where(inArray(members.userId, both)))
    for (const [userId, role] of [
      [ids.memberId, 'client-manager'],
      [ids.colleagueId, 'technician'],
    ] as const)
      await addMember(ctx, { userId, ...about(role), role, clients: [client.clientId] })
    await inTenant(ctx, async (tx) => {
      if (isSuspended) await tx.update(members).set({ suspendedAt: new Date() }).where(inArray(members.userId, both))
      if (ownerId) await tx.update(members).set({ role: 'owner' }).where(eq(members.userId, ownerId))
    })
    ids.invitationId = await invite(client, canary, inviterId)
    return ids
  }
  return { ids: await renew(), renew }
}

/** An invitation that was sent an hour ago, without its mail. */
function invite({ mspId, clientId }: ClientRef, canary: string, invitedBy: string): Promise<string> {
  const sentAt = new Date(Date.now() - 3_600_000)
  return inTenant(jobContext(mspId, 'test'), async (tx) => {
    await tx
      .update(invitations)
      .set({ revokedAt: sentAt })
      .where(eq(invitations.email, `guest-${canary}@example.org`))
    const [made] = await tx
      .insert(invitations)
      .values({
        mspId,
        email: `guest-${canary}@example.org`,
        name: `Guest of ${canary}`,
        role: 'technician',
        hasAllClients: false,
        clientIds: [clientId],
        tokenHash: randomUUID(),
        invitedBy,
        invitedByName: `Inviter of ${canary}`,
        createdAt: sentAt,
        sentAt,
        expiresAt: new Date(Date.now() + 24 * 3_600_000),
      })
      .returning({ id: invitations.id })
    if (!made) throw new Error('no invitation was made')
    return made.id
  })
}
