import type { inferRouterOutputs } from '@trpc/server'
import { auditRouter } from './routers/audit.ts'
import { sessionRouter } from './routers/session.ts'
import { createCallerFactory, router } from './trpc.ts'

/** Every procedure of the console. `isolation.db.test.ts` walks it: a procedure without a case there fails. */
export const appRouter = router({
  audit: auditRouter,
  session: sessionRouter,
})

export type AppRouter = typeof appRouter
/** What the procedures answer, for the props of views: `Outputs['devices']['get']`. */
export type Outputs = inferRouterOutputs<AppRouter>
export const createCaller = createCallerFactory(appRouter)
