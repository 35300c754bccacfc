import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { patchName } from '../patches/queries.ts'
import { askSecondPerson, type Proposed } from '../proposals/ask-second-person.ts'
import { checkEnd, endDecision, findFreed, findFreedScope } from './end-decision.ts'
import type { WithdrawDecision } from './schema.ts'

/**
 * Takes a decision back: rules and wider decisions count again. Rollouts that are under way keep their frozen plan. A no that kept the patch
 * from devices of more than one client, or from very many, is only proposed to be taken back: a second person confirms it.
 */
export function withdrawDecision(ctx: Context, input: WithdrawDecision): Promise<Proposed | { kind: 'withdrawn' }> {
  return perform<Proposed | { kind: 'withdrawn' }>(ctx, 'patch:withdraw-decision', async (tx) => {
    const checked = await checkEnd(tx, ctx, input)
    const proposed = await askSecondPerson(tx, ctx, {
      action: 'patch:withdraw-decision',
      input: { ...input },
      title: `may get ${patchName(checked.patch)} again, where a rule or another decision says so`,
      reach: await findFreed(tx, checked),
      scope: findFreedScope(checked),
      splitOver: { subjectId: checked.patch.id },
      reason: input.reason,
      needsAllClients: checked.row.clientId === null,
    })
    if (proposed) return proposed
    return { value: { kind: 'withdrawn' }, changes: await endDecision(tx, ctx, checked) }
  })
}
