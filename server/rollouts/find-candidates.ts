import { and, eq, isNull, notExists, type SQL, sql } from 'drizzle-orm'
import { devices } from '../../db/schema/devices.ts'
import { clientPatchClasses, devicePatches, patches } from '../../db/schema/patches.ts'
import { planItems } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import { classOf, isClassOf } from '../approvals/find-classes.ts'
import { findStanding } from '../approvals/find-standing.ts'
import { type Decision, decide } from '../approvals/rules.ts'
import type { Policy } from '../policies/schema.ts'

/** One missing patch of one device, with the decision about it. */
export interface Candidate {
  deviceId: string
  patchId: string
  packageName: string
  version: string
  architecture: string
  fromVersion: string | null
  sha256: string | null
  predecessorSha256: string | null
  setKey: string
  undoClass: 'kept' | 'fetchable' | 'snapshot' | 'none'
  foundAt: Date
  releasedAt: Date | null
  firstSeenAt: Date
  /** It failed on this device in an earlier rollout: tried again only when a person names the patch. */
  hasFailedBefore: boolean
  decision: Decision
}

/**
 * Row `t` of device_patches went in and was proved after the last look that its device told of: that look still lists it. By both clocks,
 * since the device's own may be ahead.
 */
export const isProvedSinceLook = (t: SQL) => sql`exists (select from plan_items i
    join device_inventories v on v.msp_id = i.msp_id and v.device_id = i.device_id
  where i.msp_id = ${t}.msp_id and i.device_id = ${t}.device_id and i.patch_id = ${t}.patch_id and i.state = 'proved'
    and i.state_at > least(v.scanned_at, v.received_at))`

/** What a client's devices lack and no rollout has claimed, each with its decision. */
export async function findCandidates(tx: Tx, clientId: string, policy: Policy, now: Date): Promise<Candidate[]> {
  const claimed = tx
    .select({ one: sql`1` })
    .from(planItems)
    .where(
      and(
        eq(planItems.deviceId, devicePatches.deviceId),
        eq(planItems.packageName, patches.name),
        eq(planItems.isClaimed, true),
      ),
    )
  const rows = await tx
    .select({
      missing: devicePatches,
      patch: patches,
      said: clientPatchClasses,
      hasFailedBefore: sql<boolean>`exists (select from plan_items f where f.device_id = ${devicePatches.deviceId}
        and f.client_id = ${devicePatches.clientId} and f.patch_id = ${devicePatches.patchId} and f.state in ('failed', 'rolled-back', 'rollback-failed'))`,
    })
    .from(devicePatches)
    .innerJoin(patches, eq(patches.id, devicePatches.patchId))
    .leftJoin(clientPatchClasses, isClassOf(devicePatches))
    .innerJoin(devices, and(eq(devices.id, devicePatches.deviceId), isNull(devices.retiredAt)))
    .where(
      and(
        eq(devicePatches.clientId, clientId),
        isNull(devicePatches.resolvedAt),
        notExists(claimed),
        sql`not ${isProvedSinceLook(sql.raw('device_patches'))}`,
      ),
    )
  const standing = await findStanding(tx, { clientId, now })
  return rows.map(({ missing, patch, said, hasFailedBefore }) => ({
    hasFailedBefore,
    deviceId: missing.deviceId,
    patchId: patch.id,
    packageName: patch.name,
    version: patch.version,
    architecture: patch.architecture,
    fromVersion: missing.fromVersion,
    sha256: missing.sha256,
    predecessorSha256: missing.predecessorSha256,
    setKey: missing.setKey,
    undoClass: missing.undoClass,
    foundAt: missing.foundAt,
    releasedAt: patch.releasedAt,
    firstSeenAt: patch.firstSeenAt,
    decision: decide({
      patch: { ...patch, ...classOf(said) },
      undoClass: missing.undoClass,
      ...standing.about(patch.id, clientId, missing.deviceId),
      rules: policy.approvalRules,
      now,
    }),
  }))
}

/** What is known at a client about testing: outer rings get only what passed, or what no test device could try. */
export interface TestKnowledge {
  /** Patches that passed a gate of an earlier rollout here. */
  passed: ReadonlySet<string>
  /** Patches that a running rollout here is still trying. */
  underTest: ReadonlySet<string>
  /** Packages that some test device has, and exact `name=version` pairs on them. */
  testPackages: ReadonlySet<string>
  testVersions: ReadonlySet<string>
}

export async function findTestKnowledge(
  tx: Tx,
  clientId: string,
  testDeviceIds: readonly string[],
): Promise<TestKnowledge> {
  const passed = await tx.execute<{ patch_id: string }>(
    sql`select distinct patch_id from ring_patches where client_id = ${clientId} and verdict = 'pass'`,
  )
  const trying = await tx.execute<{ patch_id: string }>(sql`select distinct p.patch_id from ring_patches p
    join rollouts r on r.msp_id = p.msp_id and r.id = p.rollout_id where p.client_id = ${clientId} and r.state = 'running'`)
  const packages = await tx.execute<{
    name: string
    version: string
  }>(sql`select distinct v.name, v.version from device_inventories i
    join package_versions v on v.msp_id = i.msp_id and v.id = any (i.package_version_ids)
    where i.client_id = ${clientId} and i.device_id = any (${`{${testDeviceIds.join(',')}}`}::uuid[])`)
  return {
    passed: new Set(passed.map((row) => row.patch_id)),
    underTest: new Set(trying.map((row) => row.patch_id)),
    testPackages: new Set(packages.map((row) => row.name)),
    testVersions: new Set(packages.map((row) => `${row.name}=${row.version}`)),
  }
}
