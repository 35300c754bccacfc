import type { Policy } from '../policies/schema.ts'
import { storedPolicy } from '../policies/stored-policy.ts'

/** The policy a rollout froze: whoever reads `rollouts.policy` reads it through here (architecture.test.ts). */
export function frozenPolicy(rollout: { policy: Record<string, unknown> }): Policy {
  return storedPolicy(rollout.policy)
}
