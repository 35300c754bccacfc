import { z } from 'zod'
import { plainName } from '../plain-text.ts'

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
  name: plainName,
  timeZone: z.string().max(64).refine(isTimeZone, 'A time zone such as Europe/London'),
  siteName: plainName.default('Main office'),
})
export type CreateClient = z.output<typeof createClientSchema>

export const getClientSchema = z.strictObject({ clientId: z.uuid() })
export type GetClient = z.infer<typeof getClientSchema>
