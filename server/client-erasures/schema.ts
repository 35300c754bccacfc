import { z } from 'zod'
import { plainText, wantedReason } from '../plain-text.ts'

/** `name` is typed by the person: the client's own. */
export const requestErasureSchema = z.strictObject({
  clientId: z.uuid(),
  name: plainText(100),
  reason: wantedReason,
})
export type RequestErasure = z.infer<typeof requestErasureSchema>

export const cancelErasureSchema = z.strictObject({ clientId: z.uuid() })
export type CancelErasure = z.infer<typeof cancelErasureSchema>
