import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { endProposal, lockProposal, requireCan } from './proposal-rows.ts'
import type { RejectProposal } from './schema.ts'

/** The second person's no, with a reason. Nothing of it was done. */
export function rejectProposal(ctx: Context, input: RejectProposal): Promise<void> {
  return perform(ctx, 'proposal:reject', async (tx) => {
    const row = await lockProposal(tx, input.proposalId)
    requireCan(ctx, row, 'reject')
    return { value: undefined, changes: await endProposal(tx, ctx, row, 'rejected', input.reason) }
  })
}
