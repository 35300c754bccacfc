import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import { effectivePolicy, standardPolicy } from '../policies/rules.ts'
import { type Policy, policyOverrideSchema, policySchema } from '../policies/schema.ts'

/** The policies of all clients at once: one read, where `findPolicyInForce` needs two for each client. */
export interface Policies {
  standard: Policy
  /** Clients that set something themselves. */
  ownClientIds: ReadonlySet<string>
  of(clientId: string): Policy
}

export async function findPolicies(tx: Tx): Promise<Policies> {
  const rows = await tx.execute<{ client_id: string | null; document: unknown }>(
    sql`select distinct on (client_id) client_id, document from policies order by client_id, version desc`,
  )
  const standardRow = rows.find((row) => row.client_id === null)
  const standard = standardRow ? policySchema.parse(standardRow.document) : standardPolicy
  const own = new Map<string, Policy>()
  for (const row of rows)
    if (row.client_id !== null)
      own.set(row.client_id, effectivePolicy(standard, policyOverrideSchema.parse(row.document)))
  return { standard, ownClientIds: new Set(own.keys()), of: (clientId) => own.get(clientId) ?? standard }
}
