import { z } from 'zod'
import { anyReason, wantedReason } from '../plain-text.ts'

export const askConsentSchema = z.strictObject({
  clientId: z.uuid(),
  patchId: z.uuid(),
  /** Why it should go in, for somebody who knows no patch by its name. */
  reason: wantedReason,
  /** When it would be, and whether computers restart. */
  plan: wantedReason,
})
export type AskConsent = z.infer<typeof askConsentSchema>

export const answerConsentSchema = z
  .strictObject({ consentId: z.uuid(), answer: z.enum(['yes', 'no']), reason: anyReason })
  .refine((input) => input.answer === 'yes' || wantedReason.safeParse(input.reason).success, {
    path: ['reason'],
    message: 'Say why not, in a few words',
  })
export type AnswerConsent = z.infer<typeof answerConsentSchema>

export const endConsentSchema = z.strictObject({ consentId: z.uuid(), reason: wantedReason })
export type EndConsent = z.infer<typeof endConsentSchema>
