import { inArray, isNull, or, sql } from 'drizzle-orm'
import { policies } from '../../db/schema/policies.ts'
import type { Tx } from '../access.ts'
import { standardPolicy } from './rules.ts'
import type { Policy } from './schema.ts'
import { storedClientPolicy, storedPolicy } from './stored-policy.ts'

/** The policies of many clients at once: one read, where `findPolicyInForce` needs two for each client. */
export interface Policies {
  standard: Policy
  /** Clients that set something themselves. */
  ownClientIds: ReadonlySet<string>
  of(clientId: string): Policy
}

/** The policies in force now, of the clients named or of all that one may see. */
export async function findPolicies(tx: Tx, clientIds?: readonly string[]): Promise<Policies> {
  const rows = await tx
    .selectDistinctOn([policies.clientId], { clientId: policies.clientId, document: policies.document })
    .from(policies)
    .where(clientIds && or(isNull(policies.clientId), inArray(policies.clientId, [...clientIds])))
    .orderBy(policies.clientId, sql`${policies.version} desc`)
  const standardRow = rows.find((row) => row.clientId === null)
  const standard = standardRow ? storedPolicy(standardRow.document) : standardPolicy
  const own = new Map<string, Policy>()
  for (const { clientId, document } of rows)
    if (clientId !== null) own.set(clientId, storedClientPolicy(document, standard))
  return { standard, ownClientIds: new Set(own.keys()), of: (clientId) => own.get(clientId) ?? standard }
}
