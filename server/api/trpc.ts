import { initTRPC, TRPCError } from '@trpc/server'
import { answerableError, procedureShape } from './procedure-shape.ts'
import type { RequestContext } from './request-context.ts'

const t = initTRPC.context<RequestContext>().create(procedureShape)

export const router = t.router

/** For the members of the MSP in the URL; `ctx` is what verbs and queries take. There is no procedure for anybody else. */
export const memberProcedure = t.procedure
  .use(async ({ next, path }) => {
    const result = await next()
    if (result.ok) return result
    throw answerableError(result.error, path)
  })
  .use(async ({ ctx, next }) => {
    const member = await ctx.findMember()
    if (!member) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in to go on.' })
    return next({ ctx: member })
  })
