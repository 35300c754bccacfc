import { z } from 'zod'
import { type AddressQuery, parseQuery } from '../address-query.ts'
import { anyReason, plainLine, plainName } from '../plain-text.ts'
import { clientFilters } from './rules.ts'

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

/** Two that differ in their spaces only would look the same. */
const clientName = plainName.transform((name) => name.replace(/\s+/g, ' '))

export const createClientSchema = z.strictObject({
  name: clientName,
  timeZone,
  siteName: plainName.default('Main office'),
})
export type CreateClient = z.output<typeof createClientSchema>

/** Which of the clients the list shows: the page and the file choose from the same rows. */
const clientsQuerySchema = z.strictObject({
  filter: z.enum(clientFilters).default('all'),
  search: plainLine(100).default(''),
})
export type ClientsQuery = z.infer<typeof clientsQuerySchema>

/** From the address of its page or of its file. */
export const parseClientsQuery = (query: AddressQuery): ClientsQuery => parseQuery(clientsQuerySchema, query)

export const getClientSchema = z.strictObject({ clientId: z.uuid() })
export type GetClient = z.infer<typeof getClientSchema>

export const changeClientSchema = z.strictObject({ clientId: z.uuid(), name: clientName, timeZone })
export type ChangeClient = z.infer<typeof changeClientSchema>

/** `abortRollouts`: how many rollouts run there, as the person was shown; they are aborted. */
export const archiveClientSchema = z.strictObject({
  clientId: z.uuid(),
  reason: anyReason,
  abortRollouts: z.number().int().min(0).max(10_000).default(0),
})
export type ArchiveClient = z.output<typeof archiveClientSchema>

export const deviceHistorySchema = z.strictObject({ clientId: z.uuid(), deviceId: z.uuid() })
export type GetDeviceHistory = z.infer<typeof deviceHistorySchema>
