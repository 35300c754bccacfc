import { z } from 'zod'
import { formatCount } from '../../components/format.ts'
import { type AddressQuery, parseQuery } from '../address-query.ts'
import { plainLine, plainText, wantedReason } from '../plain-text.ts'
import { monthSchema } from './document.ts'
import { contrastOf, inks } from './report-look.ts'
import { mostLogoBytes, mostNoteLetters } from './rules.ts'

export const listReportsSchema = z.strictObject({
  /** The newest month that has a report, where none is named. */
  month: monthSchema.optional(),
  clientId: z.uuid().optional(),
  /** The last report of the page before. */
  after: z.uuid().optional(),
})
export type ListReports = z.infer<typeof listReportsSchema>

/** The same from the address of its page or of its file. */
export const parseReportsQuery = (query: AddressQuery): ListReports =>
  parseQuery(listReportsSchema, { ...query, clientId: query.client })

export const getReportSchema = z.strictObject({ reportId: z.uuid() })
export type GetReport = z.infer<typeof getReportSchema>

const noteSchema = plainText(mostNoteLetters).default('')

/** Which reports go out; a note is for one of them. */
export const sendReportsSchema = z
  .strictObject({ reportIds: z.array(z.uuid()).min(1).max(1_000), note: noteSchema })
  .refine(({ reportIds, note }) => note === '' || reportIds.length === 1, {
    path: ['note'],
    message: 'A note is written for one report',
  })
export type SendReports = z.infer<typeof sendReportsSchema>

export const resendReportSchema = z.strictObject({ reportId: z.uuid() })
export type ResendReport = z.infer<typeof resendReportSchema>

/** All mails of one month that still wait. */
export const stopSendingSchema = z.strictObject({ month: monthSchema })
export type StopSending = z.infer<typeof stopSendingSchema>

export const correctReportSchema = z.strictObject({ clientId: z.uuid(), month: monthSchema, reason: wantedReason })
export type CorrectReport = z.infer<typeof correctReportSchema>

/** Every client that has no report of this month. */
export const countMissingReportsSchema = z.strictObject({ month: monthSchema })
export type CountMissingReports = z.infer<typeof countMissingReportsSchema>

export const saveReportSettingsSchema = z.strictObject({
  /** Days after counting when a report goes by itself that nobody sent: 0 = at once, null = never. */
  sendAfterDays: z.int().min(0).max(60, 'At most 60 days').nullable(),
  /** Null = the product's own. */
  accent: plainLine(7)
    .toLowerCase()
    .regex(/^#[0-9a-f]{6}$/, 'A colour such as #1d6b4f')
    .refine((accent) => !/^#[0-9a-f]{6}$/.test(accent) || contrastOf(accent, inks.canvas) >= 4.5, {
      message: 'Too pale: words in it could not be read on white. Its contrast has to be 4.5 to 1 at least.',
    })
    .nullable(),
})
/** A logo as the browser made it, in base64; null takes it away. */
export const saveLogoSchema = z.strictObject({
  png: z
    .base64()
    .min(1)
    .max(Math.ceil(mostLogoBytes / 3) * 4, `A logo is a file of at most ${formatCount(mostLogoBytes / 1_000)} kB`)
    .nullable(),
})
export type SaveLogo = z.infer<typeof saveLogoSchema>

/** SHA-256 of the picture, hex. */
export const getLogoSchema = z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/) })
export type GetLogo = z.infer<typeof getLogoSchema>

export type SaveReportSettings = z.infer<typeof saveReportSettingsSchema>
