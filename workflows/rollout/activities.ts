import type { Context } from '../../server/context.ts'
import type { RingInput, RingJudgement, RingOpening, RolloutInput } from '../../server/rollouts/contract.ts'
import { finishRollout } from '../../server/rollouts/finish-rollout.ts'
import { judgeRing } from '../../server/rollouts/judge-ring.ts'
import { openRing } from '../../server/rollouts/open-ring.ts'
import { stageRollout } from '../../server/rollouts/stage-rollout.ts'

/** What the rollout's workflows may ask of the world: server verbs, each idempotent, each with a job's context. */
export function createRolloutActivities(contextOf: (mspId: string) => Context) {
  return {
    stageRollout: (input: RolloutInput): Promise<{ positions: number[] }> =>
      stageRollout(contextOf(input.mspId), input),
    openRing: (input: RingInput): Promise<RingOpening> => openRing(contextOf(input.mspId), input),
    judgeRing: (input: RingInput): Promise<RingJudgement> => judgeRing(contextOf(input.mspId), input),
    finishRollout: (input: RolloutInput): Promise<void> => finishRollout(contextOf(input.mspId), input),
  }
}
export type RolloutActivities = ReturnType<typeof createRolloutActivities>
