import type { inferRouterOutputs } from '@trpc/server'
import { apiKeysRouter } from './routers/api-keys.ts'
import { auditRouter } from './routers/audit.ts'
import { billingRouter } from './routers/billing.ts'
import { changesRouter } from './routers/changes.ts'
import { clientGroupsRouter } from './routers/client-groups.ts'
import { clientsRouter } from './routers/clients.ts'
import { consentsRouter } from './routers/consents.ts'
import { devicesRouter } from './routers/devices.ts'
import { enrolmentRouter } from './routers/enrolment.ts'
import { exceptionsRouter } from './routers/exceptions.ts'
import { holdsRouter } from './routers/holds.ts'
import { membersRouter } from './routers/members.ts'
import { needsRouter } from './routers/needs.ts'
import { overviewRouter } from './routers/overview.ts'
import { patchesRouter } from './routers/patches.ts'
import { policiesRouter } from './routers/policies.ts'
import { portalRouter } from './routers/portal.ts'
import { proposalsRouter } from './routers/proposals.ts'
import { reportsRouter } from './routers/reports.ts'
import { rolloutsRouter } from './routers/rollouts.ts'
import { searchRouter } from './routers/search.ts'
import { sessionRouter } from './routers/session.ts'
import { settingsRouter } from './routers/settings.ts'
import { sitesRouter } from './routers/sites.ts'
import { router } from './trpc.ts'

/** Every procedure of the console. `isolation.db.test.ts` walks it: a procedure without a case there fails. */
export const appRouter = router({
  apiKeys: apiKeysRouter,
  audit: auditRouter,
  billing: billingRouter,
  changes: changesRouter,
  clientGroups: clientGroupsRouter,
  clients: clientsRouter,
  devices: devicesRouter,
  enrolment: enrolmentRouter,
  consents: consentsRouter,
  exceptions: exceptionsRouter,
  holds: holdsRouter,
  members: membersRouter,
  needs: needsRouter,
  overview: overviewRouter,
  patches: patchesRouter,
  policies: policiesRouter,
  portal: portalRouter,
  proposals: proposalsRouter,
  reports: reportsRouter,
  rollouts: rolloutsRouter,
  search: searchRouter,
  session: sessionRouter,
  settings: settingsRouter,
  sites: sitesRouter,
})

export type AppRouter = typeof appRouter
/** What the procedures answer, for the props of views: `Outputs['devices']['get']`. */
export type Outputs = inferRouterOutputs<AppRouter>
