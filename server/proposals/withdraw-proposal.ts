import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { endProposal, lockProposal, requireCan } from './proposal-rows.ts'
import type { WithdrawProposal } from './schema.ts'

/** Who asked takes it back before anybody answered. */
export function withdrawProposal(ctx: Context, input: WithdrawProposal): Promise<void> {
  return perform(ctx, 'proposal:withdraw', async (tx) => {
    const row = await lockProposal(tx, input.proposalId)
    requireCan(ctx, row, 'withdraw')
    return { value: undefined, changes: await endProposal(tx, ctx, row, 'withdrawn') }
  })
}
