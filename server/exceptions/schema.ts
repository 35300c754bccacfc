import { z } from 'zod'
import { type AddressQuery, parseQuery } from '../address-query.ts'
import { anyReason, plainLine, plainName, wantedReason } from '../plain-text.ts'

/** What it is to reach: one device, all with a tag (those of tomorrow included), or the whole client. */
const reachSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('client') }),
  z.strictObject({ kind: z.literal('tag'), tag: plainLine(60).min(1, 'A tag has at least one letter') }),
  z.strictObject({ kind: z.literal('device'), deviceId: z.uuid() }),
])

export const askExceptionSchema = z.strictObject({
  clientId: z.uuid(),
  patchId: z.uuid(),
  /** Every version of this package, and not only this one. */
  isAllVersions: z.boolean().default(false),
  reach: reachSchema,
  reason: wantedReason,
  /** Who answers for it, by name. */
  owner: plainName,
  /** What protects meanwhile. */
  measure: wantedReason,
  /** The last day, "2028-02-29", in the client's zone. */
  lastDay: z.iso.date(),
})
export type AskException = z.infer<typeof askExceptionSchema>

export const answerExceptionSchema = z
  .strictObject({ exceptionId: z.uuid(), answer: z.enum(['accepted', 'refused']), reason: anyReason })
  .refine((input) => input.answer === 'accepted' || wantedReason.safeParse(input.reason).success, {
    path: ['reason'],
    message: 'Say why not, in a few words',
  })
export type AnswerException = z.infer<typeof answerExceptionSchema>

export const endExceptionSchema = z.strictObject({ exceptionId: z.uuid(), reason: wantedReason })
export type EndException = z.infer<typeof endExceptionSchema>

/** The tabs of the list. */
export const exceptionTabs = ['waiting', 'in-force', 'over'] as const

export const listExceptionsSchema = z.strictObject({
  state: z.enum(exceptionTabs).default('in-force'),
  clientId: z.uuid().optional(),
  /** The last exception of the page before. */
  after: z.uuid().optional(),
})
export type ListExceptions = z.infer<typeof listExceptionsSchema>

/** The same from the address of its page or of its file. */
export const parseExceptionsQuery = (query: AddressQuery): ListExceptions =>
  parseQuery(listExceptionsSchema, { ...query, clientId: query.client })
