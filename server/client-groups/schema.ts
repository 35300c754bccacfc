import { z } from 'zod'
import { plainName } from '../plain-text.ts'

const clientIds = z
  .array(z.uuid())
  .max(2_000)
  .transform((ids) => [...new Set(ids)])

export const createGroupSchema = z.strictObject({ name: plainName, clientIds: clientIds.default([]) })
export type CreateGroup = z.output<typeof createGroupSchema>

/** The whole list of members as the person wants it, as far as they see clients: others stay. */
export const changeGroupSchema = z.strictObject({ groupId: z.uuid(), name: plainName, clientIds })
export type ChangeGroup = z.output<typeof changeGroupSchema>

export const deleteGroupSchema = z.strictObject({ groupId: z.uuid() })
export type DeleteGroup = z.infer<typeof deleteGroupSchema>
