import { initTRPC, TRPCError } from '@trpc/server'
import { pino } from 'pino'
import superjson from 'superjson'
import { rootCause } from '../database-error.ts'
import type { RequestContext } from './request-context.ts'
import { findFieldErrors, translateError } from './translate-error.ts'

const log = pino({ name: 'web' })

const t = initTRPC.context<RequestContext>().create({
  transformer: superjson,
  // Never a stack in an answer, not even in development.
  isDev: false,
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    message: error.code === 'INTERNAL_SERVER_ERROR' ? translateError(error).error.message : shape.message,
    data: { code: shape.data.code, httpStatus: shape.data.httpStatus, fields: findFieldErrors(error) },
  }),
})

export const router = t.router
export const createCallerFactory = t.createCallerFactory

/** For the members of the MSP in the URL; `ctx` is what verbs and queries take. There is no procedure for anybody else. */
export const memberProcedure = t.procedure
  .use(async ({ next, path }) => {
    const result = await next()
    if (result.ok) return result
    const { error, isUnknown } = translateError(result.error)
    if (isUnknown) log.error({ err: rootCause(result.error), path }, 'a procedure failed')
    throw error
  })
  .use(async ({ ctx, next }) => {
    const member = await ctx.findMember()
    if (!member) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in to go on.' })
    return next({ ctx: member })
  })
