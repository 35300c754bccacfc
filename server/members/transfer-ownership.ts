import { eq } from 'drizzle-orm'
import { memberClients, members, msps } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError, notFound } from '../errors.ts'
import { endStreamsOfMember } from '../live/hub.ts'
import { lockMembers, memberOf, requireCan } from './lock-members.ts'
import { memberCan } from './rules.ts'
import type { TransferOwnership } from './schema.ts'
import { giveSay } from './settle.ts'

/** Makes a member owner in one's own place; who gives becomes an admin. `invalid` unless the name of the company is typed as it is. */
export async function transferOwnership(ctx: Context, input: TransferOwnership): Promise<void> {
  const giver = ctx.actor
  if (giver.kind !== 'person') throw new DomainError('forbidden', 'An owner does this, signed in.')
  await perform(ctx, 'msp:transfer', async (tx) => {
    const locked = await lockMembers(tx, ctx)
    const member = memberOf(locked, input.userId)
    requireCan(memberCan.transferTo(locked.viewer, member))
    const [msp] = await tx.select({ id: msps.id, name: msps.name }).from(msps)
    if (!msp) throw notFound('This page')
    if (input.companyName !== msp.name)
      throw new DomainError('invalid', `Type the name of the company as it is: ${msp.name}.`)
    await giveSay(tx, ctx, locked, member, { role: 'owner', hasAllClients: true })
    await tx.delete(memberClients).where(eq(memberClients.userId, member.userId))
    await tx.update(members).set({ role: 'admin' }).where(eq(members.userId, giver.userId))
    return {
      value: undefined,
      changes: [
        {
          clientId: null,
          subject: { kind: 'member', id: member.userId, name: member.name },
          details: { company: msp.name, role: [member.role, 'owner'], from: giver.name },
        },
      ],
    }
  })
  for (const userId of [input.userId, giver.userId]) endStreamsOfMember({ mspId: ctx.mspId, userId })
}
