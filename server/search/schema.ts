import { z } from 'zod'
import { plainLine } from '../plain-text.ts'

/** A part of a name, or a rollout's number. */
export const searchEverythingSchema = z.strictObject({ text: plainLine(100).min(1, 'At least one letter') })
export type SearchEverything = z.infer<typeof searchEverythingSchema>
