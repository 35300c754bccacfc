import { z } from 'zod'
import type { EnrolAnswer } from './wire/door.ts'

/** What the door answers to an enrolment; it is kept for good, so it is checked in full. */
export const enrolAnswerSchema: z.ZodType<EnrolAnswer> = z.object({
  deviceId: z.uuid(),
  mspId: z.uuid(),
  root: z.strictObject({
    threshold: z.int().min(1).max(10),
    keys: z
      .array(z.strictObject({ keyid: z.string().regex(/^[0-9a-f]{32}$/), publicKey: z.base64().max(64) }))
      .min(1)
      .max(10),
  }),
  serverTime: z.iso.datetime(),
  checkInMs: z.int().min(1_000).max(86_400_000),
  jitterMs: z.int().min(0).max(86_400_000),
})
