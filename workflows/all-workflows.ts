/** The bundle's entry: Temporal needs one file that exports every workflow. */
export { ring, rollout } from './rollout/workflow.ts'
