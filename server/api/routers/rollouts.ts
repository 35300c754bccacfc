import { getFeedback } from '../../feedbacks/queries.ts'
import { seeFeedbackSchema } from '../../feedbacks/schema.ts'
import { seeFeedback } from '../../feedbacks/see-feedback.ts'
import { abortRollout } from '../../rollouts/abort-rollout.ts'
import { confirmGate } from '../../rollouts/confirm-gate.ts'
import { getRollout } from '../../rollouts/get-rollout.ts'
import { getRolloutChoices } from '../../rollouts/get-rollout-choices.ts'
import { getRolloutDevices } from '../../rollouts/get-rollout-devices.ts'
import { getRolloutTimeline } from '../../rollouts/get-rollout-timeline.ts'
import { listRollouts } from '../../rollouts/list-rollouts.ts'
import { pauseRollout } from '../../rollouts/pause-rollout.ts'
import { promoteRing } from '../../rollouts/promote-ring.ts'
import { resumeRollout } from '../../rollouts/resume-rollout.ts'
import { rollBackPatches } from '../../rollouts/roll-back-patches.ts'
import {
  confirmGateSchema,
  controlRolloutSchema,
  listRolloutDevicesSchema,
  listRolloutsSchema,
  promoteRingSchema,
  rollBackPatchesSchema,
  rolloutChoicesSchema,
  rolloutIdSchema,
  startRolloutSchema,
} from '../../rollouts/schema.ts'
import { startRollout } from '../../rollouts/start-rollout.ts'
import { memberProcedure, router } from '../trpc.ts'

export const rolloutsRouter = router({
  list: memberProcedure.input(listRolloutsSchema).query(({ ctx, input }) => listRollouts(ctx, input)),
  get: memberProcedure.input(rolloutIdSchema).query(({ ctx, input }) => getRollout(ctx, input)),
  devices: memberProcedure.input(listRolloutDevicesSchema).query(({ ctx, input }) => getRolloutDevices(ctx, input)),
  timeline: memberProcedure.input(rolloutIdSchema).query(({ ctx, input }) => getRolloutTimeline(ctx, input)),
  feedback: memberProcedure.input(seeFeedbackSchema).query(({ ctx, input }) => getFeedback(ctx, input)),
  seeFeedback: memberProcedure.input(seeFeedbackSchema).mutation(({ ctx, input }) => seeFeedback(ctx, input)),
  choices: memberProcedure.input(rolloutChoicesSchema).query(({ ctx, input }) => getRolloutChoices(ctx, input)),
  start: memberProcedure.input(startRolloutSchema).mutation(({ ctx, input }) => startRollout(ctx, input)),
  pause: memberProcedure.input(controlRolloutSchema).mutation(({ ctx, input }) => pauseRollout(ctx, input)),
  resume: memberProcedure.input(controlRolloutSchema).mutation(({ ctx, input }) => resumeRollout(ctx, input)),
  abort: memberProcedure.input(controlRolloutSchema).mutation(({ ctx, input }) => abortRollout(ctx, input)),
  promote: memberProcedure.input(promoteRingSchema).mutation(({ ctx, input }) => promoteRing(ctx, input)),
  rollBack: memberProcedure.input(rollBackPatchesSchema).mutation(({ ctx, input }) => rollBackPatches(ctx, input)),
  confirmGate: memberProcedure.input(confirmGateSchema).mutation(({ ctx, input }) => confirmGate(ctx, input)),
})
