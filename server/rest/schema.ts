import { z } from 'zod'
import { patchFilters } from '../patches/schema.ts'
import { deviceFilters } from '../paths.ts'
import { anyReason, plainLine, wantedReason } from '../plain-text.ts'
import { classifications } from '../policies/schema.ts'

/** What programs send: strings of an address or JSON. The forms are this API's own, so that a change of a screen is none of theirs. */
const cursor = z.string().max(120).optional().describe('nextCursor of the page before')

export const nothingSchema = z.strictObject({})
export const deviceListSchema = z.strictObject({
  filter: z.enum(deviceFilters).optional(),
  clientId: z.uuid().optional(),
  search: plainLine(100).optional(),
  cursor: z.uuid('is not a cursor of this list').optional().describe('nextCursor of the page before'),
})
export const deviceSchema = z.strictObject({ deviceId: z.uuid() })
export const patchListSchema = z.strictObject({
  filter: z.enum(patchFilters).default('all'),
  classification: z.enum(classifications).optional(),
  search: plainLine(100).optional(),
  cursor: cursor.refine(
    (text) => text === undefined || /^\d{1,15}_[0-9a-f-]{36}$/.test(text),
    'is not a cursor of this list',
  ),
})
export const rolloutListSchema = z.strictObject({ clientId: z.uuid().optional(), cursor })
export const rolloutSchema = z.strictObject({ rolloutId: z.uuid() })
export const reasonSchema = z.strictObject({ reason: wantedReason })
export const controlSchema = z.strictObject({ rolloutId: z.uuid(), reason: wantedReason })
export const auditListSchema = z.strictObject({
  clientId: z.uuid().optional(),
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'is not a cursor of this list')
    .optional()
    .describe('nextCursor of the page before'),
})
export const decisionSchema = z.strictObject({
  patchId: z.uuid(),
  kind: z.enum(['approve', 'reject', 'defer']),
  clients: z
    .union([z.literal('all'), z.array(z.uuid()).min(1).max(500)])
    .describe('"all" = every client of the MSP, those of tomorrow included; for keys that see all clients'),
  deviceId: z.uuid().optional(),
  deferUntil: z.iso.datetime().optional(),
  reason: anyReason,
})
