import { inArray, isNull, or, sql } from 'drizzle-orm'
import { policies } from '../../db/schema/policies.ts'
import type { Tx } from '../access.ts'
import { effectivePolicy, standardPolicy } from '../policies/rules.ts'
import { policyOverrideSchema, policySchema } from '../policies/schema.ts'
import { placeDevices } from '../rollouts/rules.ts'

/** The ring of each device by the policy in force at its client, for a page of devices of many clients: one query. */
export async function findRings(
  tx: Tx,
  devices: readonly { id: string; clientId: string; tags: readonly string[] }[],
): Promise<Map<string, string>> {
  const clientIds = [...new Set(devices.map((device) => device.clientId))]
  const rows = await tx
    .selectDistinctOn([policies.clientId], { clientId: policies.clientId, document: policies.document })
    .from(policies)
    .where(or(isNull(policies.clientId), inArray(policies.clientId, clientIds)))
    .orderBy(policies.clientId, sql`${policies.version} desc`)
  const standardRow = rows.find((row) => row.clientId === null)
  const standard = standardRow ? policySchema.parse(standardRow.document) : standardPolicy
  const found = new Map<string, string>()
  for (const clientId of clientIds) {
    const own = rows.find((row) => row.clientId === clientId)
    const { rings } = effectivePolicy(standard, own ? policyOverrideSchema.parse(own.document) : null)
    const here = devices.filter((device) => device.clientId === clientId)
    for (const [id, position] of placeDevices(rings, here)) {
      const ring = rings[position]
      if (ring) found.set(id, ring.name)
    }
  }
  return found
}
