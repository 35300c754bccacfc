import type { TRPCDefaultErrorShape, TRPCError } from '@trpc/server'
import { pino } from 'pino'
import superjson from 'superjson'
import { rootCause } from '../database-error.ts'
import { findFieldErrors, translateError } from './translate-error.ts'

const log = pino({ name: 'web' })

/** What both trees of procedures are made with: how values travel, and what an error shows. */
export const procedureShape = {
  transformer: superjson,
  // Never a stack in an answer, not even in development.
  isDev: false,
  errorFormatter: ({ shape, error }: { shape: TRPCDefaultErrorShape; error: TRPCError }) => ({
    ...shape,
    message: error.code === 'INTERNAL_SERVER_ERROR' ? translateError(error).error.message : shape.message,
    data: { code: shape.data.code, httpStatus: shape.data.httpStatus, fields: findFieldErrors(error) },
  }),
}

/** The error of a procedure as its caller sees it; what nobody foresaw goes to the log. */
export function answerableError(failure: TRPCError, path: string): TRPCError {
  const { error, isUnknown } = translateError(failure)
  if (isUnknown) log.error({ err: rootCause(failure), path }, 'a procedure failed')
  return error
}
