import { initTRPC, TRPCError } from '@trpc/server'
import { findOwnSession } from '../auth/session.ts'
import { type SessionRow, type Stage, touchSession } from '../auth/sessions.ts'
import { type Visit, visitOf } from '../auth/visit.ts'
import { DomainError } from '../errors.ts'
import { stepUpMs } from '../permissions.ts'
import { answerableError, procedureShape } from './procedure-shape.ts'

/** What a request about one's own way in brings before anything is known about it. */
export interface AccountRequest {
  visit: Visit
  /** The live session of its cookie at whatever stage, or null. */
  findSession(): Promise<SessionRow | null>
}

/** The account door's view of a request; the session is read once, however many procedures it calls. */
export function accountRequest(headers: Headers, now: Date = new Date()): AccountRequest {
  let session: Promise<SessionRow | null> | undefined
  return {
    visit: visitOf(headers, now),
    findSession() {
      session ??= findOwnSession(now)
      return session
    },
  }
}

const t = initTRPC.context<AccountRequest>().create(procedureShape)

export const accountRouterOf = t.router

/** For whoever comes. */
export const visitorProcedure = t.procedure.use(async ({ next, path }) => {
  const result = await next()
  if (result.ok) return result
  throw answerableError(result.error, path)
})

const signInFirst = () => new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in to go on.' })

/** For sessions at one of these stages, each named by the procedure; everybody else is asked to sign in. */
export const stageProcedure = (...stages: readonly Stage[]) =>
  visitorProcedure.use(async ({ ctx, next }) => {
    const session = await ctx.findSession()
    if (!session || !stages.includes(session.stage)) throw signInFirst()
    await touchSession(session, ctx.visit.now)
    return next({ ctx: { ...ctx, session } })
  })

/** For people who are fully signed in. */
export const personProcedure = stageProcedure('full')

/** The same, and for those who were by a password alone and are to add a factor now: they prove anew that it is them. */
export const provableProcedure = stageProcedure('full', 'enrol').use(({ ctx, next }) => {
  if (ctx.session.stage !== 'full' && !ctx.session.hasOneFactor) throw signInFirst()
  return next()
})

const proveOnceMore = 'Prove once more that it is you. Then go on.'

/**
 * Throws `step-up` for a full session that was not proved in the last ten minutes, and for one that was full by a password alone until its
 * company asked for more. Any other at another stage was begun just now.
 */
export function requireProved(session: SessionRow, now: Date): void {
  if (session.stage !== 'full' && !session.hasOneFactor) return
  if (now.getTime() - (session.provedAt?.getTime() ?? Number.NEGATIVE_INFINITY) > stepUpMs)
    throw new DomainError('step-up', proveOnceMore)
}

const proving = (...stages: readonly Stage[]) =>
  stageProcedure(...stages).use(({ ctx, next }) => {
    requireProved(ctx.session, ctx.visit.now)
    return next()
  })

/**
 * For people whose session was ever proved to us: a directory that not all of their companies trust speaks for those that do, and ends
 * and renames nothing elsewhere.
 */
export const ownProcedure = personProcedure.use(({ ctx, next }) => {
  if (ctx.session.directory && !ctx.session.provedAt) throw new DomainError('step-up', proveOnceMore)
  return next()
})

/** For people who proved in the last ten minutes that it is them. */
export const provenProcedure = proving('full')
/** The same, and for those whose one page is "Add a second factor". */
export const addingProcedure = proving('full', 'enrol')
