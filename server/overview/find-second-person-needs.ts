import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { factsOf } from '../proposals/proposal-rows.ts'
import { findOpenProposals } from '../proposals/queries.ts'
import { proposalCan } from '../proposals/rules.ts'
import type { Need } from './rules.ts'

/** What waits for this very person as the second one. */
export async function findSecondPersonNeeds(tx: Tx, ctx: Context): Promise<Need[]> {
  const open = await findOpenProposals(tx, ctx)
  return open
    .filter((row) => proposalCan.confirm(factsOf(ctx, row)).can)
    .map((row) => ({
      key: `second-person ${row.id}`,
      isToday: true,
      kind: 'second-person',
      proposalId: row.id,
      title: row.title,
      devices: row.deviceCount,
      clients: row.clientIds.length,
      askedBy: row.proposedByName,
      reason: row.reason,
      at: row.proposedAt,
      endsAt: row.expiresAt,
    }))
}
