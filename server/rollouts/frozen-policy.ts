import type { Policy } from '../policies/schema.ts'
import { storedPolicy } from '../policies/stored-policy.ts'

/**
 * The policy a rollout froze: code reads `rollouts.policy` through here (architecture.test.ts). It was whole when it was frozen; SQL that
 * makes orders reads only sections that every plan has, and one that came later is filled in by its migration.
 */
export function frozenPolicy(rollout: { policy: Record<string, unknown> }): Policy {
  return storedPolicy(rollout.policy)
}
