import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { askSecondPerson, type Proposed } from '../proposals/ask-second-person.ts'
import type { SavePolicy } from './schema.ts'
import { checkPolicy, writePolicy } from './write-policy.ts'

/**
 * Saves the next version of the MSP's standard or of a client's own sections. Running rollouts keep the version they froze. Other approval rules
 * for devices of more than one client, or of very many, are only proposed: who writes a rule approves what it lets in.
 */
export function savePolicy(ctx: Context, input: SavePolicy): Promise<Proposed | { kind: 'saved'; version: number }> {
  return perform<Proposed | { kind: 'saved'; version: number }>(ctx, 'policy:save', async (tx) => {
    const checked = await checkPolicy(tx, ctx, input)
    const proposed = await askSecondPerson(tx, ctx, {
      action: 'policy:save',
      input: { ...input },
      title: `get patches by other approval rules: ${checked.name}, version ${checked.version}`,
      reach: checked.reach,
      reason: '',
    })
    if (proposed) return proposed
    const changes = await writePolicy(tx, ctx, checked, actorName(ctx.actor))
    return { value: { kind: 'saved', version: checked.version }, changes }
  })
}
