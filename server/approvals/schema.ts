import { z } from 'zod'
import { plainDate, plainText } from '../plain-text.ts'

const reason = plainText(500)

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
    reason: reason.default(''),
  })
  .refine((input) => input.kind === 'approve' || input.reason.length >= 3, {
    path: ['reason'],
    message: 'Say why: at least three letters',
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
  reason: reason.min(3, 'Say why: at least three letters'),
})
export type WithdrawDecision = z.infer<typeof withdrawDecisionSchema>
