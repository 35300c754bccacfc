import { z } from 'zod'
import { plainName, plainText } from '../plain-text.ts'

/** True for a zone of the IANA database that this machine knows; an offset like "+02:00" is none. */
function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return !/^[+-]/.test(zone)
  } catch {
    return false
  }
}

const timeZone = z.string().max(64).refine(isTimeZone, 'A time zone such as Europe/London')

export const createClientSchema = z.strictObject({
  name: plainName,
  timeZone,
  siteName: plainName.default('Main office'),
})
export type CreateClient = z.output<typeof createClientSchema>

export const getClientSchema = z.strictObject({ clientId: z.uuid() })
export type GetClient = z.infer<typeof getClientSchema>

export const changeClientSchema = z.strictObject({ clientId: z.uuid(), name: plainName, timeZone })
export type ChangeClient = z.infer<typeof changeClientSchema>

/** `abortRollouts`: how many rollouts run there, as the person was shown; they are aborted. */
export const archiveClientSchema = z.strictObject({
  clientId: z.uuid(),
  reason: plainText(500).default(''),
  abortRollouts: z.number().int().min(0).max(10_000).default(0),
})
export type ArchiveClient = z.output<typeof archiveClientSchema>

export const deviceHistorySchema = z.strictObject({ clientId: z.uuid(), deviceId: z.uuid() })
export type GetDeviceHistory = z.infer<typeof deviceHistorySchema>
