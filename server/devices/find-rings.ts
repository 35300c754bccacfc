import type { Tx } from '../access.ts'
import { findPolicies } from '../policies/find-policies.ts'
import { placeDevices } from '../rollouts/rules.ts'

/** The ring of each device by the policy in force at its client, for a page of devices of many clients: one query. */
export async function findRings(
  tx: Tx,
  devices: readonly { id: string; clientId: string; tags: readonly string[] }[],
): Promise<Map<string, string>> {
  const clientIds = [...new Set(devices.map((device) => device.clientId))]
  const policies = await findPolicies(tx, clientIds)
  const found = new Map<string, string>()
  for (const clientId of clientIds) {
    const { rings } = policies.of(clientId)
    const here = devices.filter((device) => device.clientId === clientId)
    for (const [id, position] of placeDevices(rings, here)) {
      const ring = rings[position]
      if (ring) found.set(id, ring.name)
    }
  }
  return found
}
