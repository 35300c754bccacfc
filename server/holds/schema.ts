import { z } from 'zod'
import { type AddressQuery, parseQuery } from '../address-query.ts'
import { wantedReason } from '../plain-text.ts'

export const setHoldSchema = z.strictObject({
  patchId: z.uuid(),
  clients: z.union([z.literal('all'), z.array(z.uuid()).min(1).max(500)]),
  /** The group that the clients were chosen by: each must be in it. The log names it. */
  groupId: z.uuid().optional(),
  reason: wantedReason,
})
export type SetHold = z.infer<typeof setHoldSchema>

export const liftHoldSchema = z.strictObject({ holdId: z.uuid(), reason: wantedReason })
export type LiftHold = z.infer<typeof liftHoldSchema>

/** The tabs of the list. */
export const holdStates = ['standing', 'lifted'] as const

export const listHoldsSchema = z.strictObject({
  state: z.enum(holdStates).default('standing'),
  clientId: z.uuid().optional(),
  /** The last hold of the page before. */
  after: z.uuid().optional(),
})
export type ListHolds = z.infer<typeof listHoldsSchema>

/** The same from the address of its page or of its file. */
export const parseHoldsQuery = (query: AddressQuery): ListHolds =>
  parseQuery(listHoldsSchema, { ...query, clientId: query.client })
