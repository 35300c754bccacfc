import { and, isNull, sql } from 'drizzle-orm'
import { devices } from '../../db/schema/devices.ts'
import type { Tx } from '../access.ts'
import type { Policies } from '../policies/find-policies.ts'
import { testTags } from '../policies/rules.ts'
import type { TestKnowledge } from '../rollouts/find-candidates.ts'
import { placeDevices } from '../rollouts/rules.ts'
import { uuids } from '../uuid-array.ts'
import type { PatchRow } from './queries.ts'

export type TestDevice = { id: string; tags: readonly string[] }

/** The devices of the first ring of each client. */
export async function findTestDevices(tx: Tx, clientIds: readonly string[], policies: Policies) {
  const tags = new Set(clientIds.flatMap((clientId) => testTags(policies.of(clientId))))
  const rows = await tx
    .select({ id: devices.id, clientId: devices.clientId, tags: devices.tags })
    .from(devices)
    .where(
      and(
        isNull(devices.retiredAt),
        sql`${devices.clientId} = any (${uuids(clientIds)})`,
        // Serves an index; the overlap alone may use none under row-level security.
        sql`${devices.tags} <> '{}'`,
        sql`${devices.tags} && array(select jsonb_array_elements_text(${JSON.stringify([...tags])}::jsonb))`,
      ),
    )
  const byClient = Map.groupBy(rows, (row) => row.clientId)
  return new Map<string, TestDevice[]>(
    clientIds.map((clientId) => {
      const tagged = byClient.get(clientId) ?? []
      const positions = placeDevices(policies.of(clientId).rings, tagged)
      return [clientId, tagged.filter((device) => positions.get(device.id) === 0)]
    }),
  )
}

/** What each client knows about testing these patches: `findTestKnowledge` of the planner, for all clients and few patches at once. */
export async function findTested(
  tx: Tx,
  patches: readonly PatchRow[],
  testDevices: ReadonlyMap<string, readonly TestDevice[]>,
): Promise<(clientId: string) => TestKnowledge> {
  const ids = uuids(patches.map((patch) => patch.id))
  const gates = await tx.execute<{ client_id: string; patch_id: string; is_passed: boolean; is_trying: boolean }>(sql`
    select p.client_id, p.patch_id, bool_or(p.verdict = 'pass') as is_passed, bool_or(r.state = 'running') as is_trying
    from ring_patches p join rollouts r on r.msp_id = p.msp_id and r.id = p.rollout_id
    where p.patch_id = any (${ids}) group by 1, 2`)
  const testIds = [...testDevices.values()].flat().map((device) => device.id)
  const packages = await tx.execute<{ client_id: string; name: string; version: string }>(sql`
    with wanted as (
      select id, name, version from package_versions
      where name in (select name from patches where id = any (${ids}))
    )
    select distinct i.client_id, w.name, w.version from device_inventories i join wanted w on w.id = any (i.package_version_ids)
    where i.device_id = any (${uuids(testIds)})`)
  return (clientId) => {
    const here = gates.filter((gate) => gate.client_id === clientId)
    const installed = packages.filter((one) => one.client_id === clientId)
    return {
      passed: new Set(here.filter((gate) => gate.is_passed).map((gate) => gate.patch_id)),
      underTest: new Set(here.filter((gate) => gate.is_trying).map((gate) => gate.patch_id)),
      testPackages: new Set(installed.map((one) => one.name)),
      testVersions: new Set(installed.map((one) => `${one.name}=${one.version}`)),
    }
  }
}
