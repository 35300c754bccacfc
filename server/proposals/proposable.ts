import type { z } from 'zod'
import type { Tx } from '../access.ts'
import { applyDecision, checkDecision, findDecisionReach } from '../approvals/apply-decision.ts'
import { checkEnd, endDecision, findFreed } from '../approvals/end-decision.ts'
import { decidePatchSchema, withdrawDecisionSchema } from '../approvals/schema.ts'
import type { Change } from '../audit/record-audit.ts'
import { applyErasure, checkErasure, findErasureReach } from '../client-erasures/apply-erasure.ts'
import { requestErasureSchema } from '../client-erasures/schema.ts'
import type { Context } from '../context.ts'
import { applyRetirement, checkRetirement, findRetirementReach, retirementReach } from '../devices/apply-retirement.ts'
import { retireDeviceSchema } from '../devices/schema.ts'
import { notAllowedNow } from '../errors.ts'
import { checkLift, endHold, findLiftReach } from '../holds/end-hold.ts'
import { liftHoldSchema } from '../holds/schema.ts'
import type { Action } from '../permissions.ts'
import { savePolicySchema } from '../policies/schema.ts'
import { checkPolicy, writePolicy } from '../policies/write-policy.ts'
import { answerGate, checkAnswer, findAnswerReach } from '../rollouts/answer-gate.ts'
import { confirmGateSchema, promoteRingSchema } from '../rollouts/schema.ts'
import { checkPromotion, findPromotionReach, skipSoak } from '../rollouts/skip-soak.ts'
import type { Reach } from './rules.ts'

/** An action that may wait for a second person; `input` is what the proposal keeps. */
interface Proposable {
  /** Whom it would reach now, for lists: locks nothing. A `DomainError` says that it cannot be done any more. */
  findReach(tx: Tx, ctx: Context, input: unknown): Promise<Reach[]>
  /** What it changes, in lines, where the title cannot say it all. */
  tell?(tx: Tx, ctx: Context, input: unknown): Promise<string[]>
  /** Checks it as its own verb would, under the rights of who confirms. `apply`'s `by`: who decided, in words. */
  prepare(tx: Tx, ctx: Context, input: unknown): Promise<Prepared>
}

interface Prepared {
  reach: Reach[]
  /** Rights that this input wants of both, besides that of the action. */
  needs?: readonly Action[]
  apply(by: string): Promise<Change[]>
}

/** By the right that the first person used. A new one is one entry here. */
export const proposable: Partial<Record<Action, Proposable>> = {
  'patch:approve': {
    findReach: async (tx, ctx, input) =>
      findDecisionReach(tx, await checkDecision(tx, ctx, readInput(decidePatchSchema, input))),
    async prepare(tx, ctx, input) {
      const checked = await checkDecision(tx, ctx, readInput(decidePatchSchema, input))
      return { reach: await findDecisionReach(tx, checked), apply: (by) => applyDecision(tx, ctx, checked, by) }
    },
  },
  'patch:withdraw-decision': {
    findReach: async (tx, ctx, input) =>
      findFreed(tx, await checkEnd(tx, ctx, readInput(withdrawDecisionSchema, input))),
    async prepare(tx, ctx, input) {
      const checked = await checkEnd(tx, ctx, readInput(withdrawDecisionSchema, input))
      return { reach: await findFreed(tx, checked), apply: () => endDecision(tx, ctx, checked) }
    },
  },
  'hold:lift': {
    findReach: async (tx, ctx, input) => findLiftReach(tx, await checkLift(tx, ctx, readInput(liftHoldSchema, input))),
    async prepare(tx, ctx, input) {
      const checked = await checkLift(tx, ctx, readInput(liftHoldSchema, input))
      return { reach: await findLiftReach(tx, checked), apply: (by) => endHold(tx, ctx, checked, by) }
    },
  },
  'policy:save': {
    findReach: async (tx, ctx, input) => (await checkPolicy(tx, ctx, readInput(savePolicySchema, input))).reach,
    tell: async (tx, ctx, input) => (await checkPolicy(tx, ctx, readInput(savePolicySchema, input))).lines,
    async prepare(tx, ctx, input) {
      const checked = await checkPolicy(tx, ctx, readInput(savePolicySchema, input))
      return { reach: checked.reach, needs: checked.needs, apply: (by) => writePolicy(tx, ctx, checked, by) }
    },
  },
  'rollout:confirm-gate': {
    findReach: (tx, _ctx, input) => findAnswerReach(tx, readInput(confirmGateSchema, input)),
    async prepare(tx, ctx, input) {
      const checked = await checkAnswer(tx, ctx, readInput(confirmGateSchema, input))
      return { reach: checked.reach, apply: (by) => answerGate(tx, ctx, checked, by) }
    },
  },
  'rollout:promote': {
    findReach: (tx, _ctx, input) => findPromotionReach(tx, readInput(promoteRingSchema, input)),
    async prepare(tx, ctx, input) {
      const checked = await checkPromotion(tx, ctx, readInput(promoteRingSchema, input))
      return { reach: checked.reach, apply: () => skipSoak(tx, ctx, checked) }
    },
  },
  'device:retire': {
    findReach: (tx, _ctx, input) => findRetirementReach(tx, readInput(retireDeviceSchema, input)),
    async prepare(tx, ctx, input) {
      const checked = await checkRetirement(tx, ctx, readInput(retireDeviceSchema, input))
      return { reach: retirementReach(checked.device), apply: (by) => applyRetirement(tx, ctx, checked, by) }
    },
  },
  'client:erase': {
    findReach: (tx, ctx, input) => findErasureReach(tx, ctx, readInput(requestErasureSchema, input)),
    async prepare(tx, ctx, input) {
      const checked = await checkErasure(tx, ctx, readInput(requestErasureSchema, input))
      return { reach: checked.reach, apply: (by) => applyErasure(tx, ctx, checked, by) }
    },
  },
}

/** What a proposal is about. `not-allowed-now` for an action that another version left behind. */
export function proposableOf({ action }: { action: string }): Proposable {
  // Written by this product: the name of an action, perhaps of another version.
  const found = proposable[action as Action]
  if (!found) throw notAllowedNow('This version of Patchward does not know that action any more. Ask for it anew.')
  return found
}

/** What a proposal keeps, as today's version of its verb takes it. `not-allowed-now` for what an older one kept otherwise. */
function readInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw notAllowedNow('It was asked for in an older version of Patchward. Let it be asked for anew.')
}
