import { z } from 'zod'
import { reasonLength, shortReason } from '../audit/rules.ts'
import { anyReason, plainDate, wantedReason } from '../plain-text.ts'

/** A decision about one patch for one, some or all clients at once, or for one device. */
export const decidePatchSchema = z
  .strictObject({
    patchId: z.uuid(),
    kind: z.enum(['approve', 'reject', 'defer']),
    /** `all` = the MSP as a whole, clients of tomorrow included. */
    clients: z.union([z.literal('all'), z.array(z.uuid()).min(1).max(500)]),
    /** The group that the clients were chosen by: each must be in it. The log names it. */
    groupId: z.uuid().optional(),
    deviceId: z.uuid().optional(),
    deferUntil: plainDate.optional(),
    reason: anyReason,
  })
  .refine((input) => input.kind === 'approve' || input.reason.length >= reasonLength.minLength, {
    path: ['reason'],
    message: shortReason,
  })
  .refine((input) => (input.kind === 'defer') === (input.deferUntil !== undefined), {
    path: ['deferUntil'],
    message: 'Say until when',
  })
  .refine((input) => !input.deviceId || (input.clients !== 'all' && input.clients.length === 1), {
    path: ['deviceId'],
    message: 'A decision for one device names its client',
  })
export type DecidePatch = z.infer<typeof decidePatchSchema>

export const withdrawDecisionSchema = z.strictObject({
  decisionId: z.uuid(),
  reason: wantedReason,
})
export type WithdrawDecision = z.infer<typeof withdrawDecisionSchema>
