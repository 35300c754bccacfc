import { z } from 'zod'
import { type AddressQuery, parseQuery } from '../address-query.ts'
import { plainLine, storedLine } from '../plain-text.ts'
import { classifications } from '../policies/schema.ts'

/** The tabs of the list. `past`: nobody lacks it any more. */
export const patchFilters = ['wants', 'approved', 'held', 'rejected', 'past-due', 'all', 'past'] as const
export type PatchFilter = (typeof patchFilters)[number]

export const listPatchesSchema = z.strictObject({
  /** Left out: what wants a person, or all when nothing does. */
  filter: z.enum(patchFilters).optional(),
  search: plainLine(100).default(''),
  classification: z.enum(classifications).optional(),
  /** The cursor of the page before or after: never both. */
  after: storedLine(80).optional(),
  before: storedLine(80).optional(),
})
export type ListPatches = z.infer<typeof listPatchesSchema>

/** The same from the address of its page or of its file. */
export const parsePatchesQuery = (query: AddressQuery): ListPatches => parseQuery(listPatchesSchema, query)

export const getPatchSchema = z.strictObject({ patchId: z.uuid() })
export type GetPatch = z.infer<typeof getPatchSchema>

export const listPatchDevicesSchema = z.strictObject({
  patchId: z.uuid(),
  clientId: z.uuid(),
  /** The last host name and device of the page before. */
  cursor: z.strictObject({ hostName: storedLine(300), deviceId: z.uuid() }).optional(),
  /** Sent by the browser's paging; pages only go on. */
  direction: z.literal('forward').optional(),
})
export type ListPatchDevices = z.infer<typeof listPatchDevicesSchema>
