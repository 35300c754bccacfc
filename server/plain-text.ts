import { z } from 'zod'
import { reasonLength, shortReason } from './audit/rules.ts'

// PostgreSQL keeps no NUL and no half of a surrogate pair; the others hide, turn or break what a person reads. As in the wire of devices.
const unseen = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
const message = 'holds a control character'
const isPlain = (text: string) => text.isWellFormed() && !unseen.test(text)

/** One line that a person types: trimmed, at most `max` UTF-16 units. Every text of a noun's schema is this or one of the others here. */
export const plainLine = (max: number) => z.string().trim().max(max).refine(isPlain, message)

/** The same over several lines. */
export const plainText = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((text) => isPlain(text.replace(/[\n\r\t]/g, '')), message)

/** Why somebody does something, for the log; `''` where they need not say. */
export const anyReason = plainText(reasonLength.maxLength).default('')
/** The same where they must. */
export const wantedReason = plainText(reasonLength.maxLength).min(reasonLength.minLength, shortReason)

/** One line as it stands in a row, for cursors: trimmed, it would name another place. */
export const storedLine = (max: number) => z.string().max(max).refine(isPlain, message)

/** A name that people give and read: nothing in it is invisible. */
export const plainName = plainLine(100)
  .min(2, 'At least two letters')
  .regex(/^\P{C}+$/u, 'Letters, digits and signs only')

const firstMs = Date.UTC(2000, 0, 1)
const endMs = Date.UTC(2100, 0, 1)

/** A time that a plan or a record here can have: years outside the range are no dates to the database. */
export const plainDate = z
  .date()
  .min(new Date(firstMs), 'is a date after the year 2000')
  .max(new Date(endMs), 'is a date before the year 2100')

/** The same written as ISO 8601 in UTC; days and hours that do not exist are refused. */
export const isPlainTime = (text: string): boolean =>
  z.iso.datetime().safeParse(text).success && plainDate.safeParse(new Date(text)).success
