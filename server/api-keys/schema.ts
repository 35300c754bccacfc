import { z } from 'zod'
import { type AddressQuery, parseQuery } from '../address-query.ts'
import { plainName } from '../plain-text.ts'
import { mostDays, programActions } from './rules.ts'

export const createApiKeySchema = z.strictObject({
  name: plainName,
  actions: z
    .array(z.enum(programActions))
    .min(1, 'Choose at least one thing that it may do')
    .max(programActions.length)
    .transform((actions) => [...new Set(actions)]),
  /** `all` = every client that its person may see at the time. */
  clients: z.union([z.literal('all'), z.array(z.uuid()).min(1, 'Choose at least one client').max(500)]),
  days: z.int().min(1, 'At least one day').max(mostDays, `At most ${mostDays} days`),
})
export type CreateApiKey = z.output<typeof createApiKeySchema>

/** `after`: the last key of the page before. */
export const listApiKeysSchema = z.strictObject({ after: z.uuid().optional() })
export type ListApiKeys = z.infer<typeof listApiKeysSchema>

/** The same from the address of its page. */
export const parseKeysQuery = (query: AddressQuery): ListApiKeys => parseQuery(listApiKeysSchema, query)

export const revokeApiKeySchema = z.strictObject({ keyId: z.uuid() })
export type RevokeApiKey = z.infer<typeof revokeApiKeySchema>
