import { z } from 'zod'
import type { EnrolAnswer } from './wire/door.ts'
import { envelopeSchema, keyRootSchema } from './wire/schema.ts'

/** What the door answers to an enrolment; it is kept for good, so it is checked in full. */
export const enrolAnswerSchema: z.ZodType<EnrolAnswer> = z.object({
  deviceId: z.uuid(),
  mspId: z.uuid(),
  root: keyRootSchema,
  roots: z.array(envelopeSchema).max(1_000).optional(),
  serverTime: z.iso.datetime(),
  checkInMs: z.int().min(1_000).max(86_400_000),
  jitterMs: z.int().min(0).max(86_400_000),
})
