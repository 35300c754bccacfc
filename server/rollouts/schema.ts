import { z } from 'zod'
import { type AddressQuery, parseQuery } from '../address-query.ts'
import { isPlainTime, plainLine, storedLine, wantedReason } from '../plain-text.ts'

const rolloutId = z.uuid()

export const startRolloutSchema = z.strictObject({
  clientId: z.uuid(),
  /** Empty = everything that is approved and not claimed. */
  patchIds: z.array(z.uuid()).max(500).default([]),
  title: plainLine(120).optional(),
})
export type StartRollout = z.infer<typeof startRolloutSchema>

export const controlRolloutSchema = z.strictObject({ rolloutId, reason: wantedReason })
export type ControlRollout = z.infer<typeof controlRolloutSchema>

export const promoteRingSchema = z.strictObject({ rolloutId, position: z.int().min(0).max(10), reason: wantedReason })
export type PromoteRing = z.infer<typeof promoteRingSchema>

export const rollBackPatchesSchema = z.strictObject({
  rolloutId,
  patchIds: z.array(z.uuid()).min(1).max(500),
  reason: wantedReason,
})
export type RollBackPatches = z.infer<typeof rollBackPatchesSchema>

export const confirmGateSchema = z.strictObject({
  rolloutId,
  position: z.int().min(0).max(10),
  patchId: z.uuid(),
  answer: z.enum(['go-on', 'stop']),
  reason: wantedReason,
})
export type ConfirmGate = z.infer<typeof confirmGateSchema>

export const rolloutIdSchema = z.strictObject({ rolloutId })

export const listRolloutsSchema = z.strictObject({
  clientId: z.uuid().optional(),
  /** Key of the last row of the page before: `<started at, ISO>_<id>`. */
  after: z
    .string()
    .max(80)
    .refine((key) => {
      const [at = '', id, ...more] = key.split('_')
      return more.length === 0 && isPlainTime(at) && z.uuid().safeParse(id).success
    }, 'is not the key of a row')
    .optional(),
})
export type ListRollouts = z.infer<typeof listRolloutsSchema>

/** The same from the address of its page or of its file. */
export const parseRolloutsQuery = (query: AddressQuery): ListRollouts =>
  parseQuery(listRolloutsSchema, { ...query, clientId: query.client })

/** Which devices of a rollout: `current` = the ring that is at work; a number = the ring at this position. */
export const deviceViewSchema = z
  .string()
  .regex(/^(current|failed|silent|rolled-back|pending-reboot|all|\d)$/)
  .catch('current')

export const listRolloutDevicesSchema = z.strictObject({
  rolloutId,
  view: deviceViewSchema.default('current'),
  search: plainLine(100).default(''),
  /** Key of the last row of the page before. */
  cursor: z.strictObject({ hostName: storedLine(300), id: z.uuid() }).nullish(),
})
export type ListRolloutDevices = z.infer<typeof listRolloutDevicesSchema>

/** The start dialog: a client, and what a start with these patches (empty = all) would do. */
export const rolloutChoicesSchema = z.strictObject({
  clientId: z.uuid(),
  patchIds: z.array(z.uuid()).max(500).default([]),
})
export type RolloutChoices = z.infer<typeof rolloutChoicesSchema>
