import type { Tx } from '../access.ts'
import { applyDecision, checkDecision, findDecisionReach } from '../approvals/apply-decision.ts'
import { decidePatchSchema } from '../approvals/schema.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Context } from '../context.ts'
import type { Action } from '../permissions.ts'
import type { Reach } from './rules.ts'

/** An action found again from what a proposal keeps: whom it would reach now, and the doing of it. */
interface Prepared {
  reach: Reach[]
  /** `by`: who decided, in words. */
  apply(by: string): Promise<Change[]>
}

type Prepare = (tx: Tx, ctx: Context, input: unknown) => Promise<Prepared>

/** What may wait for a second person, by the right that the first person used. A new one is one line here. */
export const proposable: Partial<Record<Action, Prepare>> = {
  'patch:approve': async (tx, ctx, input) => {
    const checked = await checkDecision(tx, ctx, decidePatchSchema.parse(input))
    return {
      reach: await findDecisionReach(tx, checked),
      apply: (by) => applyDecision(tx, ctx, checked, by),
    }
  },
}
