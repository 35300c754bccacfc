import { z } from 'zod'
import { type AddressQuery, parseQuery } from '../address-query.ts'
import { accountActions, actions } from '../permissions.ts'

/** Every action that a record can be of: people's, Patchward's own, and what people do to their own way in. */
export const auditActions = [...actions, ...accountActions] as const

const place = z.number().int().positive()

/** What the audit log can be narrowed to, and where a page of it begins. Ids of records rise with time. */
export const listAuditSchema = z.object({
  clientId: z.uuid().optional(),
  /** Id of a person or of an API key, or `system`. */
  actor: z.union([z.uuid(), z.literal('system')]).optional(),
  action: z.enum(auditActions).optional(),
  /** `denied`: only what somebody tried and may not. */
  outcome: z.enum(['done', 'denied']).optional(),
  /** Records older than this id … */
  before: place.optional(),
  /** … or the ones just newer than it. */
  after: place.optional(),
})
export type ListAudit = z.infer<typeof listAuditSchema>

/** The same from the address of its page or of its file. */
export function parseAuditQuery(query: AddressQuery): ListAudit {
  const { before, after, ...filters } = listAuditSchema.shape
  const found = parseQuery(z.object(filters), { ...query, clientId: query.client })
  const number = (value: AddressQuery[string]) => place.optional().catch(undefined).parse(Number(value))
  return { ...found, before: number(query.before), after: number(query.after) }
}
