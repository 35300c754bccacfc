import {
  condition,
  defineSignal,
  defineUpdate,
  executeChild,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow'
import {
  type Control,
  controlUpdate,
  type RingInput,
  type RolloutInput,
  ringChangedSignal,
  ringWorkflowId,
  ringWorkflowName,
} from '../../server/rollouts/contract.ts'
import type { RolloutActivities } from './activities.ts'
import { afterJudgement, afterOpening, type RingStep } from './plan.ts'

const activities = proxyActivities<RolloutActivities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
})

const ringChanged = defineSignal(ringChangedSignal)
const control = defineUpdate<void, [Control]>(controlUpdate)

/** One rollout: stage everywhere, then ring after ring. The rows are the truth; this says only when and in what order. */
export async function rollout(input: RolloutInput): Promise<void> {
  let openPosition: number | null = null
  setHandler(control, async () => {
    // The verb has changed the rows already; the ring that is open looks at them again.
    if (openPosition !== null)
      await getExternalWorkflowHandle(ringWorkflowId(input.mspId, input.rolloutId, openPosition))
        .signal(ringChanged)
        .catch(() => {})
  })
  const { positions } = await activities.stageRollout(input)
  for (const position of positions) {
    openPosition = position
    const ringInput: RingInput = { ...input, position }
    await executeChild(ringWorkflowName, {
      args: [ringInput],
      workflowId: ringWorkflowId(input.mspId, input.rolloutId, position),
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    })
    openPosition = null
  }
  await activities.finishRollout(input)
}

/** One ring: opens it, then judges it whenever evidence, a person or time moved something, until every gate is decided. */
export async function ring(input: RingInput): Promise<void> {
  let hasChanged = false
  setHandler(ringChanged, () => {
    hasChanged = true
  })
  const settle = async (look: () => Promise<RingStep>) => {
    for (;;) {
      hasChanged = false
      const step = await look()
      if (step.kind !== 'wait') return step
      if (step.forMs === null) await condition(() => hasChanged)
      else await condition(() => hasChanged, step.forMs)
    }
  }
  const opened = await settle(async () => afterOpening(await activities.openRing(input), Date.now()))
  if (opened.kind === 'leave') return
  await settle(async () => afterJudgement(await activities.judgeRing(input), Date.now()))
}
