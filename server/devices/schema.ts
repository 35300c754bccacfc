import { z } from 'zod'
import { type AddressQuery, parseQuery } from '../address-query.ts'
import { deviceFilters } from '../paths.ts'
import { anyReason, plainLine } from '../plain-text.ts'

/** Which devices, and which page: `after` and `before` name the device at the edge of the page that is left. */
export const listDevicesSchema = z.strictObject({
  filter: z.enum(deviceFilters).default('all'),
  client: z.uuid().optional(),
  search: plainLine(100).optional(),
  after: z.uuid().optional(),
  before: z.uuid().optional(),
})
export type ListDevices = z.infer<typeof listDevicesSchema>

/** The same from the address of its page or of its file. */
export const parseDevicesQuery = (query: AddressQuery): ListDevices => parseQuery(listDevicesSchema, query)

const deviceId = z.uuid()

export const getDeviceSchema = z.strictObject({ deviceId })
export type GetDevice = z.infer<typeof getDeviceSchema>

export const scanDeviceSchema = z.strictObject({ deviceId })
export type ScanDevice = z.infer<typeof scanDeviceSchema>

export const patchNowSchema = z.strictObject({ deviceId })
export type PatchNow = z.infer<typeof patchNowSchema>

/** `patchId` = the failed patch whose update set is tried again; without it all that may be tried again. */
export const retryDeviceSchema = z.strictObject({ deviceId, patchId: z.uuid().optional() })
export type RetryDevice = z.infer<typeof retryDeviceSchema>

/** Tags as people give them: to a device, or to those that a token enrols. */
export const tagList = z
  .array(plainLine(60).min(1, 'A tag has at least one letter'))
  .max(20)
  .transform((tags) => [...new Set(tags)].sort())

export const tagDeviceSchema = z.strictObject({ deviceId, tags: tagList })
export type TagDevice = z.infer<typeof tagDeviceSchema>

export const moveDeviceSchema = z.strictObject({
  deviceId,
  clientId: z.uuid(),
  siteId: z.uuid(),
  /** Tags choose the ring: they may mean something else at the other client. */
  keepTags: z.boolean().default(false),
  reason: anyReason,
})
export type MoveDevice = z.output<typeof moveDeviceSchema>

export const retireDeviceSchema = z.strictObject({ deviceId, reason: anyReason })
export type RetireDevice = z.output<typeof retireDeviceSchema>
