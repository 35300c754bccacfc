import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { patchName } from '../patches/queries.ts'
import type { Action } from '../permissions.ts'
import { askSecondPerson, type Proposed } from '../proposals/ask-second-person.ts'
import { lockOwnActs } from '../proposals/lock-own-acts.ts'
import { applyDecision, checkDecision, findDecisionReach } from './apply-decision.ts'
import type { DecidePatch } from './schema.ts'

const actionOf: Record<DecidePatch['kind'], Action> = {
  approve: 'patch:approve',
  reject: 'patch:reject',
  defer: 'patch:defer',
}

export type Decided = { kind: 'decided'; decided: number } | Proposed

/**
 * Approves, rejects or defers a patch for a device, clients or the whole MSP. A newer decision of the same scope takes the place of
 * the older one, which stays as history. A hold is not touched: it is lifted apart, with its own reason. An approval that reaches devices of
 * more than one client, or very many, is only proposed: a second person confirms it.
 */
export function decidePatch(ctx: Context, input: DecidePatch): Promise<Decided> {
  return perform<Decided>(ctx, actionOf[input.kind], async (tx) => {
    if (input.kind === 'approve') await lockOwnActs(tx, ctx, actionOf.approve)
    const checked = await checkDecision(tx, ctx, input)
    if (input.kind === 'approve') {
      const reach = await findDecisionReach(tx, checked)
      const needsAllClients = input.clients === 'all'
      const where = needsAllClients ? ', at all clients, those of tomorrow included' : ''
      const title = `get ${patchName(checked.patch)}, ring by ring${where}`
      const wide = {
        action: actionOf.approve,
        input: { ...input },
        title,
        reach,
        scope: input.clients,
        splitOver: { subjectId: checked.patch.id },
        reason: input.reason,
        needsAllClients,
      }
      const proposed = await askSecondPerson(tx, ctx, wide)
      if (proposed) return proposed
    }
    const changes = await applyDecision(tx, ctx, checked, actorName(ctx.actor))
    return { value: { kind: 'decided', decided: checked.scopes.length }, changes }
  })
}
