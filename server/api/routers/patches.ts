import { decidePatch } from '../../approvals/decide-patch.ts'
import { decidePatchSchema, withdrawDecisionSchema } from '../../approvals/schema.ts'
import { withdrawDecision } from '../../approvals/withdraw-decision.ts'
import { getPatch } from '../../patches/get-patch.ts'
import { listPatchDevices } from '../../patches/list-patch-devices.ts'
import { listPatches } from '../../patches/list-patches.ts'
import { getPatchSchema, listPatchDevicesSchema, listPatchesSchema } from '../../patches/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

export const patchesRouter = router({
  list: memberProcedure.input(listPatchesSchema).query(({ ctx, input }) => listPatches(ctx, input)),
  get: memberProcedure.input(getPatchSchema).query(({ ctx, input }) => getPatch(ctx, input)),
  devices: memberProcedure.input(listPatchDevicesSchema).query(({ ctx, input }) => listPatchDevices(ctx, input)),
  decide: memberProcedure.input(decidePatchSchema).mutation(({ ctx, input }) => decidePatch(ctx, input)),
  withdrawDecision: memberProcedure
    .input(withdrawDecisionSchema)
    .mutation(({ ctx, input }) => withdrawDecision(ctx, input)),
})
