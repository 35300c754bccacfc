import type { Context } from '../context.ts'
import { patchName } from '../patches/queries.ts'
import type { Proposed } from '../proposals/ask-second-person.ts'
import { performOrPropose } from '../proposals/perform-or-propose.ts'
import { checkEnd, endDecision, findFreed, freedScope } from './end-decision.ts'
import type { WithdrawDecision } from './schema.ts'

/**
 * Takes a decision back: rules and wider decisions count again. Rollouts that are under way keep their frozen plan. A no that kept the patch
 * from devices of more than one client, or from very many, is only proposed to be taken back: a second person confirms it.
 */
export function withdrawDecision(ctx: Context, input: WithdrawDecision): Promise<Proposed | { kind: 'withdrawn' }> {
  return performOrPropose(ctx, 'patch:withdraw-decision', input, async (tx) => {
    const checked = await checkEnd(tx, ctx, input)
    return {
      title: `may get ${patchName(checked.patch)} again, where a rule or another decision says so`,
      reach: await findFreed(tx, checked),
      scope: freedScope(checked),
      splitOver: { subjectId: checked.patch.id },
      needsAllClients: checked.row.clientId === null,
      value: { kind: 'withdrawn' },
      apply: () => endDecision(tx, ctx, checked),
    }
  })
}
