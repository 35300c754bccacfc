import { and, eq, isNull } from 'drizzle-orm'
import { members } from '../../db/schema/tenancy.ts'
import { perform, requireRight, type Tx } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { DomainError, notAllowedNow } from '../errors.ts'
import { type Action, permissionsOf } from '../permissions.ts'
import { proposableOf } from './proposable.ts'
import { endProposal, lockProposal, type ProposalRow, requireCan, seesAllSql } from './proposal-rows.ts'
import { countDevices } from './rules.ts'
import type { ConfirmProposal } from './schema.ts'
import { tellProposal } from './tell-proposal.ts'

/**
 * The second person's yes: the action is done now, under the name of both and under the rights of both (`confirmerCan`). Judged anew: who
 * asked must still have the right to it, and it must not reach more devices than were asked for; the number typed must be the number reached.
 * `not-allowed-now` says which it is, `conflict` that they were shown something else.
 */
export function confirmProposal(ctx: Context, input: ConfirmProposal): Promise<{ devices: number }> {
  return perform(ctx, 'proposal:confirm', async (tx) => {
    const row = await lockProposal(tx, input.proposalId)
    requireCan(ctx, row, 'confirm')
    const proposer = await findProposerRights(tx, row)
    requireProposer(row, proposer, [row.action])
    const { reach, needs = [], apply } = await proposableOf(row).prepare(tx, ctx, row.input)
    requireProposer(row, proposer, needs)
    for (const right of needs) requireRight(ctx, right)
    const devices = countDevices(reach)
    if (devices > row.deviceCount || reach.some((one) => !row.clientIds.includes(one.clientId)))
      throw notAllowedNow(
        `It would reach ${devices} devices now, not the ${row.deviceCount} asked for. Let it be asked for anew.`,
      )
    if (input.devices !== devices)
      throw notAllowedNow(`It reaches ${devices} devices now, and you typed ${input.devices}. Look again.`)
    if (input.shown !== (await tellProposal(tx, ctx, row)).shown)
      throw new DomainError('conflict', 'It is not any more what you were shown. Read it again, then confirm.')
    const changes = await apply(`${row.proposedByName}, confirmed by ${actorName(ctx.actor)}`)
    const done = changes.map((change) => ({
      ...change,
      // A key of `proposable`: it was found above.
      action: row.action as Action,
      details: { ...change.details, proposedBy: row.proposedByName },
    }))
    return { value: { devices }, changes: [...(await endProposal(tx, ctx, row, 'confirmed')), ...done] }
  })
}

/** What who asked may do now; nothing without the clients, or their place here. */
async function findProposerRights(tx: Tx, row: ProposalRow): Promise<ReadonlySet<string>> {
  const [member] = await tx
    .select({ role: members.role })
    .from(members)
    .where(
      and(
        eq(members.userId, row.proposedBy),
        isNull(members.suspendedAt),
        seesAllSql(row.clientIds, row.needsAllClients),
      ),
    )
  return member ? permissionsOf[member.role] : new Set()
}

function requireProposer(row: ProposalRow, rights: ReadonlySet<string>, needs: readonly string[]): void {
  if (!needs.every((right) => rights.has(right)))
    throw notAllowedNow(`${row.proposedByName} may not ask for this any more. Reject it, or ask for it yourself.`)
}
