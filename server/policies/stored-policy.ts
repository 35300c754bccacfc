import { effectivePolicy, standardPolicy } from './rules.ts'
import { type Policy, type PolicyOverride, policyOverrideSchema, policySchema } from './schema.ts'

type Stored = Record<string, unknown>

/**
 * A whole policy as a row keeps it. A section, or a value of the gate or of a ring, that did not exist yet when it was saved reads as
 * the built-in standard's, and one that exists no more is left out, so that an older document stays readable after an upgrade.
 */
export function storedPolicy(document: Stored): Policy {
  return policySchema.parse({ ...standardPolicy, ...known(document, standardPolicy) })
}

/** What a client set itself, as a row keeps it; what it does not name stays with the MSP's standard. */
export function storedOverride(document: Stored, standard: Policy): PolicyOverride {
  const sections = Object.entries(known(document, standard)).filter(([name]) => name in policyOverrideSchema.shape)
  return policyOverrideSchema.parse(Object.fromEntries(sections))
}

/** A client's policy from its row, or the standard where it has none. */
export function storedClientPolicy(document: Stored | undefined, standard: Policy): Policy {
  return document ? effectivePolicy(standard, storedOverride(document, standard)) : standard
}

/** The sections there are today, their gate and rings completed from `base`. */
function known(document: Stored, base: Policy): Stored {
  const sections: Stored = Object.fromEntries(Object.entries(document).filter(([name]) => name in base))
  if (isStored(sections.gate)) sections.gate = completed(sections.gate, base.gate)
  const last = base.rings.at(-1) ?? {}
  if (Array.isArray(sections.rings))
    sections.rings = sections.rings.map((ring: unknown, index) =>
      completed(isStored(ring) ? ring : {}, base.rings[index] ?? last),
    )
  return sections
}

const completed = (value: Stored, base: object): Stored => ({
  ...base,
  ...Object.fromEntries(Object.entries(value).filter(([name]) => name in base)),
})

const isStored = (value: unknown): value is Stored =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
