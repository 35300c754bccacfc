import { getChanges } from '../../msps/get-changes.ts'
import { resumeChanges } from '../../msps/resume-changes.ts'
import { changesSchema } from '../../msps/schema.ts'
import { stopChanges } from '../../msps/stop-changes.ts'
import { memberProcedure, router } from '../trpc.ts'

export const changesRouter = router({
  get: memberProcedure.query(({ ctx }) => getChanges(ctx)),
  stop: memberProcedure.input(changesSchema).mutation(({ ctx, input }) => stopChanges(ctx, input)),
  resume: memberProcedure.input(changesSchema).mutation(({ ctx, input }) => resumeChanges(ctx, input)),
})
