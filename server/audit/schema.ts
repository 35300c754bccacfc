import { z } from 'zod'
import { accountActions, actions } from '../permissions.ts'

/** Every action that a record can be of: people's, Patchward's own, and what people do to their own way in. */
export const auditActions = [...actions, ...accountActions] as const

/** What the audit log can be narrowed to, and where a page of it begins. Ids of records rise with time. */
export const listAuditSchema = z.object({
  clientId: z.uuid().optional(),
  /** Id of a person or of an API key, or `system`. */
  actor: z.union([z.uuid(), z.literal('system')]).optional(),
  action: z.enum(auditActions).optional(),
  /** `denied`: only what somebody tried and may not. */
  outcome: z.enum(['done', 'denied']).optional(),
  /** Records older than this id … */
  before: z.number().int().positive().optional(),
  /** … or the ones just newer than it. */
  after: z.number().int().positive().optional(),
})
export type ListAudit = z.infer<typeof listAuditSchema>
