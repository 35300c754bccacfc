import { and, eq, isNull, sql } from 'drizzle-orm'
import { memberClients, members } from '../../db/schema/tenancy.ts'
import { perform, type Tx } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { type Action, permissionsOf } from '../permissions.ts'
import { uuids } from '../uuid-array.ts'
import { proposable } from './proposable.ts'
import { endProposal, lockProposal, type ProposalRow, requireCan } from './proposal-rows.ts'
import { countDevices } from './rules.ts'
import type { ConfirmProposal } from './schema.ts'

/**
 * The second person's yes: the action is done now, under the name of both. Judged anew: who asked must still have the right to it, and it
 * must not reach more devices than were asked for; the number typed must be the number reached. `not-allowed-now` says which it is.
 */
export function confirmProposal(ctx: Context, input: ConfirmProposal): Promise<{ devices: number }> {
  return perform(ctx, 'proposal:confirm', async (tx) => {
    const row = await lockProposal(tx, input.proposalId)
    requireCan(ctx, row, 'confirm')
    await requireProposer(tx, row)
    // Written by this product: an action it does not know any more was left behind by another version.
    const action = proposable[row.action as Action]
    if (!action) throw notAllowedNow('This version of Patchward does not know that action any more. Ask for it anew.')
    const { reach, apply } = await action.prepare(tx, ctx, row.input)
    const devices = countDevices(reach)
    if (devices > row.deviceCount || reach.some((one) => !row.clientIds.includes(one.clientId)))
      throw notAllowedNow(
        `It would reach ${devices} devices now, not the ${row.deviceCount} asked for. Let it be asked for anew.`,
      )
    if (input.devices !== devices)
      throw notAllowedNow(`It reaches ${devices} devices now, and you typed ${input.devices}. Look again.`)
    const changes = await apply(`${row.proposedByName}, confirmed by ${actorName(ctx.actor)}`)
    const done = changes.map((change) => ({
      ...change,
      // A key of `proposable`, found above.
      action: row.action as Action,
      details: { ...change.details, proposedBy: row.proposedByName },
    }))
    return { value: { devices }, changes: [...(await endProposal(tx, ctx, row, 'confirmed')), ...done] }
  })
}

/** Who asked may have lost the right, the clients, or their place here since. */
async function requireProposer(tx: Tx, row: ProposalRow): Promise<void> {
  const [member] = await tx
    .select({ role: members.role })
    .from(members)
    .where(
      and(
        eq(members.userId, row.proposedBy),
        isNull(members.suspendedAt),
        sql`case when ${members.hasAllClients} then true else ${uuids(row.clientIds)} <@ array(select c.client_id from ${memberClients} c
          where c.msp_id = ${members.mspId} and c.user_id = ${members.userId}) end`,
      ),
    )
  if (!member || ![...permissionsOf[member.role]].some((action) => action === row.action))
    throw notAllowedNow(`${row.proposedByName} may not ask for this any more. Reject it, or ask for it yourself.`)
}
