/** The bundle's entry: Temporal needs one file that exports every workflow. */
export { billingNight } from './billing/workflow.ts'
export { monthlyReports } from './reports/workflow.ts'
export { ring, rollout } from './rollout/workflow.ts'
