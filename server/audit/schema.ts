import { z } from 'zod'
import { personActions } from '../permissions.ts'

/** What the audit log can be narrowed to, and where a page of it begins. Ids of records rise with time. */
export const listAuditSchema = z.object({
  clientId: z.uuid().optional(),
  /** Id of a person, or `system`. */
  actor: z.union([z.uuid(), z.literal('system')]).optional(),
  action: z.enum(['rollout:run', ...personActions]).optional(),
  /** Records older than this id … */
  before: z.number().int().positive().optional(),
  /** … or the ones just newer than it. */
  after: z.number().int().positive().optional(),
})
export type ListAudit = z.infer<typeof listAuditSchema>
