import { standardPolicy } from '../policies/rules.ts'
import { type Policy, policySchema } from '../policies/schema.ts'

/** The policy a rollout froze. A section that did not exist yet when it was frozen reads as the standard's, so that old plans stay readable. */
export function frozenPolicy(rollout: { policy: Record<string, unknown> }): Policy {
  return policySchema.parse({ ...standardPolicy, ...rollout.policy })
}
