import { standardPolicy } from '../policies/rules.ts'
import { type Policy, policySchema } from '../policies/schema.ts'

type Stored = Record<string, unknown>

/**
 * The policy a rollout froze. A section, or a value of the gate or of a ring, that did not exist yet when it was frozen reads as the
 * standard's, so that old plans stay readable: whoever reads `rollouts.policy` reads it through here (architecture.test.ts).
 */
export function frozenPolicy(rollout: { policy: Stored }): Policy {
  const { policy } = rollout
  const whole: Stored = { ...standardPolicy, ...policy }
  if (isStored(policy.gate)) whole.gate = { ...standardPolicy.gate, ...policy.gate }
  const last = standardPolicy.rings.at(-1)
  if (Array.isArray(policy.rings))
    whole.rings = policy.rings.map((ring: unknown, index) => ({
      ...(standardPolicy.rings[index] ?? last),
      ...(isStored(ring) ? ring : {}),
    }))
  return policySchema.parse(whole)
}

const isStored = (value: unknown): value is Stored =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
