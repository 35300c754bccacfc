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

export const rolloutIdSchema = z.strictObject({ rolloutId })

export const listRolloutsSchema = z.strictObject({
  clientId: z.uuid().optional(),
  /** Key of the last row of the page before: `<started at, ISO>_<id>`. */
  after: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT[\d:.]+Z_[0-9a-f-]{36}$/)
    .optional(),
})
export type ListRollouts = z.infer<typeof listRolloutsSchema>

/** Which devices of a rollout: `current` = the ring that is at work; a number = the ring at this position. */
export const deviceViewSchema = z
  .string()
  .regex(/^(current|failed|silent|rolled-back|pending-reboot|all|\d)$/)
  .catch('current')

export const listRolloutDevicesSchema = z.strictObject({
  rolloutId,
  view: deviceViewSchema.default('current'),
  search: z.string().trim().max(100).default(''),
  /** Key of the last row of the page before. */
  cursor: z.strictObject({ hostName: z.string().max(300), id: z.uuid() }).nullish(),
})
export type ListRolloutDevices = z.infer<typeof listRolloutDevicesSchema>

/** The start dialog: a client, and what a start with these patches (empty = all) would do. */
export const rolloutChoicesSchema = z.strictObject({
  clientId: z.uuid(),
  patchIds: z.array(z.uuid()).max(500).default([]),
})
export type RolloutChoices = z.infer<typeof rolloutChoicesSchema>
