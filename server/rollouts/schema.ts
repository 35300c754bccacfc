import { z } from 'zod'

const reason = z.string().trim().min(3, 'Say why: at least three letters').max(500)
const rolloutId = z.uuid()

export const startRolloutSchema = z.strictObject({
  clientId: z.uuid(),
  /** Empty = everything that is approved and not claimed. */
  patchIds: z.array(z.uuid()).max(500).default([]),
  title: z.string().trim().max(120).optional(),
})
export type StartRollout = z.infer<typeof startRolloutSchema>

export const controlRolloutSchema = z.strictObject({ rolloutId, reason })
export type ControlRollout = z.infer<typeof controlRolloutSchema>

export const promoteRingSchema = z.strictObject({ rolloutId, position: z.int().min(0).max(10), reason })
export type PromoteRing = z.infer<typeof promoteRingSchema>

export const rollBackPatchesSchema = z.strictObject({ rolloutId, patchIds: z.array(z.uuid()).min(1).max(500), reason })
export type RollBackPatches = z.infer<typeof rollBackPatchesSchema>

export const confirmGateSchema = z.strictObject({
  rolloutId,
  position: z.int().min(0).max(10),
  patchId: z.uuid(),
  answer: z.enum(['go-on', 'stop']),
  reason,
})
export type ConfirmGate = z.infer<typeof confirmGateSchema>
