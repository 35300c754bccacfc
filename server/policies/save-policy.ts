import { formatList } from '../../components/format.ts'
import { perform, requireRight } from '../access.ts'
import { reasonLength, shortReason } from '../audit/rules.ts'
import { actorName, type Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { sectionWords } from '../policy-words/rules.ts'
import { askSecondPerson, type Proposed } from '../proposals/ask-second-person.ts'
import { lockOwnActs } from '../proposals/lock-own-acts.ts'
import { scopeOf } from '../proposals/rules.ts'
import type { SavePolicy } from './schema.ts'
import { checkPolicy, writePolicy } from './write-policy.ts'

/**
 * Saves the next version of the MSP's standard or of a client's own sections. Running rollouts keep the version they froze. What loosens a
 * section (`findLoosened`) wants the right to that, and for devices of more than one client, or very many, a reason and a second person:
 * who opens a gate lets in what it would have stopped.
 */
export function savePolicy(ctx: Context, input: SavePolicy): Promise<Proposed | { kind: 'saved'; version: number }> {
  return perform<Proposed | { kind: 'saved'; version: number }>(ctx, 'policy:save', async (tx) => {
    await lockOwnActs(tx, ctx, 'policy:save')
    const checked = await checkPolicy(tx, ctx, input)
    for (const right of checked.needs) requireRight(ctx, right)
    const sections = formatList(checked.loosened.map((section) => sectionWords[section]))
    const proposed = await askSecondPerson(tx, ctx, {
      action: 'policy:save',
      input: { ...input },
      title: `get patches by looser rules: ${checked.name}, version ${checked.version} (${sections})`,
      reach: checked.reach,
      scope: checked.loosened.length === 0 ? [] : scopeOf(input.clientId),
      splitOver: {},
      reason: input.reason,
      needsAllClients: input.clientId === null,
    })
    if (proposed && input.reason.length < reasonLength.minLength) throw new DomainError('invalid', shortReason)
    if (proposed) return proposed
    const changes = await writePolicy(tx, ctx, checked, actorName(ctx.actor))
    return { value: { kind: 'saved', version: checked.version }, changes }
  })
}
