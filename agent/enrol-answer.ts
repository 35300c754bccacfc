import { z } from 'zod'
import type { EnrolAnswer } from './wire/door.ts'
import { type KeyRoot, keyIdOf } from './wire/envelope.ts'

/** What the door answers to an enrolment; it is kept for good, so it is checked in full. */
export const enrolAnswerSchema: z.ZodType<EnrolAnswer> = z.object({
  deviceId: z.uuid(),
  mspId: z.uuid(),
  root: z
    .strictObject({
      threshold: z.int().min(1).max(10),
      keys: z
        .array(z.strictObject({ keyid: z.string().regex(/^[0-9a-f]{32}$/), publicKey: z.base64().max(64) }))
        .min(1)
        .max(10),
    })
    .refine(isSound, 'names a key twice or under the id of another, or asks for more than there are'),
  serverTime: z.iso.datetime(),
  checkInMs: z.int().min(1_000).max(86_400_000),
  jitterMs: z.int().min(0).max(86_400_000),
})

function isSound({ threshold, keys }: KeyRoot): boolean {
  const ids = new Set(keys.map(({ keyid }) => keyid))
  return ids.size === keys.length && threshold <= keys.length && keys.every(isNamedByItself)
}

function isNamedByItself({ keyid, publicKey }: KeyRoot['keys'][number]): boolean {
  const raw = Buffer.from(publicKey, 'base64')
  return raw.length === 32 && raw.toString('base64') === publicKey && keyIdOf(raw) === keyid
}
