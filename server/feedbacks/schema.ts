import { z } from 'zod'
import { reasonLength } from '../audit/rules.ts'
import { plainText } from '../plain-text.ts'

export const giveFeedbackSchema = z
  .strictObject({ rolloutId: z.uuid(), isBroken: z.boolean(), words: plainText(reasonLength.maxLength).default('') })
  .refine((input) => !input.isBroken || input.words.length >= reasonLength.minLength, {
    path: ['words'],
    message: 'Say what broke, in a few words',
  })
export type GiveFeedback = z.infer<typeof giveFeedbackSchema>

export const seeFeedbackSchema = z.strictObject({ rolloutId: z.uuid() })
export type SeeFeedback = z.infer<typeof seeFeedbackSchema>
