import type { inferRouterOutputs } from '@trpc/server'
import { auditRouter } from './routers/audit.ts'
import { devicesRouter } from './routers/devices.ts'
import { enrolmentRouter } from './routers/enrolment.ts'
import { holdsRouter } from './routers/holds.ts'
import { patchesRouter } from './routers/patches.ts'
import { rolloutsRouter } from './routers/rollouts.ts'
import { sessionRouter } from './routers/session.ts'
import { createCallerFactory, router } from './trpc.ts'

/** Every procedure of the console. `isolation.db.test.ts` walks it: a procedure without a case there fails. */
export const appRouter = router({
  audit: auditRouter,
  devices: devicesRouter,
  enrolment: enrolmentRouter,
  holds: holdsRouter,
  patches: patchesRouter,
  rollouts: rolloutsRouter,
  session: sessionRouter,
})

export type AppRouter = typeof appRouter
/** What the procedures answer, for the props of views: `Outputs['devices']['get']`. */
export type Outputs = inferRouterOutputs<AppRouter>
export const createCaller = createCallerFactory(appRouter)
