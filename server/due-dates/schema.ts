import { z } from 'zod'
import { anyReason } from '../plain-text.ts'
import { packIds } from './rules.ts'

/** All packs that are to be in force; of each its newest version. The policy's own rule needs no name here. `reason`: wanted where one goes. */
export const setRulePacksSchema = z.strictObject({
  clientId: z.uuid(),
  packIds: z.array(z.enum(packIds)).max(packIds.length),
  reason: anyReason,
})
export type SetRulePacks = z.output<typeof setRulePacksSchema>
