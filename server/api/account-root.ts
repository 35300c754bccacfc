import { factorsRouter } from './account-factors.ts'
import { securityRouter, stepUpRouter } from './account-sessions.ts'
import { signInRouter } from './account-sign-in.ts'
import { accountRouterOf } from './account-trpc.ts'

/**
 * Every procedure of one's own way in, for people without an MSP too. `account-isolation.db.test.ts` walks it: a procedure without a case
 * there fails.
 */
export const accountRouter = accountRouterOf({
  factors: factorsRouter,
  security: securityRouter,
  signIn: signInRouter,
  stepUp: stepUpRouter,
})
export type AccountRouter = typeof accountRouter
