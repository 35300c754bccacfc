import { z } from 'zod'

/** A name that people give and read: no control characters, no line breaks. */
const name = z
  .string()
  .trim()
  .min(2, 'At least two letters')
  .max(100)
  .regex(/^\P{C}+$/u, 'Letters, digits and signs only')

/** True for a zone of the IANA database that this machine knows; an offset like "+02:00" is none. */
function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return !/^[+-]/.test(zone)
  } catch {
    return false
  }
}

export const createClientSchema = z.strictObject({
  name,
  timeZone: z.string().max(64).refine(isTimeZone, 'A time zone such as Europe/London'),
  siteName: name.default('Main office'),
})
export type CreateClient = z.output<typeof createClientSchema>

export const getClientSchema = z.strictObject({ clientId: z.uuid() })
export type GetClient = z.infer<typeof getClientSchema>
