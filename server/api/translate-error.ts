import { TRPCError } from '@trpc/server'
import { ZodError } from 'zod'
import { isLostConnection, isTooSlow } from '../database-error.ts'
import { DomainError, type DomainErrorCode } from '../errors.ts'

const codes: Record<DomainErrorCode, TRPCError['code']> = {
  'not-found': 'NOT_FOUND',
  forbidden: 'FORBIDDEN',
  'step-up': 'PRECONDITION_REQUIRED',
  invalid: 'BAD_REQUEST',
  conflict: 'CONFLICT',
  'not-allowed-now': 'PRECONDITION_FAILED',
  'too-many': 'TOO_MANY_REQUESTS',
  unavailable: 'SERVICE_UNAVAILABLE',
}

const unavailable = 'Patchward cannot reach its database just now. Try again in a minute.'
const tooSlow =
  'This took too long and was given up; nothing was changed. Ask for less at once, or try again in a minute.'
const unreadable = 'The request could not be read.'
const unknown = 'Something went wrong on our side. It is in the log of the web process.'

/** One message a field: what a form shows beside its inputs. The key '' holds what concerns the whole input. */
export type FieldErrors = Record<string, string>

/** Field messages of an error of the input, or null for any other error. */
export function findFieldErrors(error: unknown): FieldErrors | null {
  if (!(error instanceof TRPCError) || !(error.cause instanceof ZodError)) return null
  const fields: FieldErrors = {}
  for (const issue of error.cause.issues) fields[issue.path.join('.')] ??= issue.message
  return fields
}

/** The sentence for a database that does not answer, or not in time; null for any other error. */
export function sayOutage(error: unknown): string | null {
  if (isLostConnection(error)) return unavailable
  return isTooSlow(error) ? tooSlow : null
}

/** The one place where errors become answers. What nobody foresaw never shows its message: `isUnknown` says to log it. */
export function translateError(error: TRPCError): { error: TRPCError; isUnknown: boolean } {
  const { cause } = error
  if (cause instanceof DomainError)
    return { error: new TRPCError({ code: codes[cause.code], message: cause.message }), isUnknown: false }
  if (cause instanceof ZodError) {
    const fields = Object.entries(findFieldErrors(error) ?? {})
    const message = fields.map(([field, text]) => (field ? `${field}: ${text}` : text)).join('; ')
    return { error: new TRPCError({ code: 'BAD_REQUEST', message, cause }), isUnknown: false }
  }
  const outage = sayOutage(cause)
  if (outage) return { error: new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: outage }), isUnknown: true }
  // tRPC could not read the input: a body that is no JSON, or tags that nobody made. Its words repeat what was sent.
  if (cause && error.code === 'BAD_REQUEST')
    return { error: new TRPCError({ code: 'BAD_REQUEST', message: unreadable }), isUnknown: false }
  // Made by this door or by tRPC itself: their words are fixed and safe.
  if (!cause && error.code !== 'INTERNAL_SERVER_ERROR') return { error, isUnknown: false }
  return { error: new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: unknown }), isUnknown: true }
}
