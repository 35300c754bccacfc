import { z } from 'zod'
import { plainText } from '../plain-text.ts'

const reason = plainText(500).min(3, 'Say why: at least three letters')

export const setHoldSchema = z.strictObject({
  patchId: z.uuid(),
  clients: z.union([z.literal('all'), z.array(z.uuid()).min(1).max(500)]),
  /** The group that the clients were chosen by: each must be in it. The log names it. */
  groupId: z.uuid().optional(),
  reason,
})
export type SetHold = z.infer<typeof setHoldSchema>

export const liftHoldSchema = z.strictObject({ holdId: z.uuid(), reason })
export type LiftHold = z.infer<typeof liftHoldSchema>

export const listHoldsSchema = z.strictObject({
  state: z.enum(['standing', 'lifted']).default('standing'),
  clientId: z.uuid().optional(),
  /** The last hold of the page before. */
  after: z.uuid().optional(),
})
export type ListHolds = z.infer<typeof listHoldsSchema>
