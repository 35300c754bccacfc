import { z } from 'zod'
import { type AddressQuery, parseQuery } from '../address-query.ts'
import { tagList } from '../devices/schema.ts'

const minuteMs = 60_000
const hourMs = 3_600_000

/** A token enrols one device unless more are asked for, and never lives longer than a day. */
export const createEnrolmentTokenSchema = z.strictObject({
  clientId: z.uuid(),
  siteId: z.uuid(),
  uses: z.int().min(1, 'At least one device').max(100, 'At most 100 devices with one token').default(1),
  validForMs: z
    .int()
    .min(5 * minuteMs, 'At least five minutes')
    .max(24 * hourMs, 'At most 24 hours')
    .default(24 * hourMs),
  /** Its devices have these tags from the start, and so their ring. */
  tags: tagList.default([]),
})
export type CreateEnrolmentToken = z.output<typeof createEnrolmentTokenSchema>

export const revokeEnrolmentTokenSchema = z.strictObject({ tokenId: z.uuid() })
export type RevokeEnrolmentToken = z.infer<typeof revokeEnrolmentTokenSchema>

export const listEnrolmentTokensSchema = z.strictObject({
  clientId: z.uuid().optional(),
  /** The last token of the page before. */
  after: z.uuid().optional(),
})
export type ListEnrolmentTokens = z.infer<typeof listEnrolmentTokensSchema>

/** The same from the address of its page or of its file. */
export const parseTokensQuery = (query: AddressQuery): ListEnrolmentTokens =>
  parseQuery(listEnrolmentTokensSchema, { ...query, clientId: query.client })
