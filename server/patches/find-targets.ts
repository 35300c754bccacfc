import { inArray, sql } from 'drizzle-orm'
import { patches } from '../../db/schema/patches.ts'
import type { Tx } from '../access.ts'
import { findClasses } from '../approvals/find-classes.ts'
import type { Standing } from '../approvals/find-standing.ts'
import { type Decision, type DecisionFact, decide } from '../approvals/rules.ts'
import type { Policies } from '../policies/find-policies.ts'
import type { Candidate } from '../rollouts/find-candidates.ts'
import type { LackingDevice } from './dry-run.ts'
import type { PatchRow } from './queries.ts'

/** A device that lacks the patch, with the decision as it stands and as it would be. */
export interface Target extends LackingDevice {
  clientId: string
  decision: Decision
  undoClass: Candidate['undoClass']
}

interface TargetRow extends Record<string, unknown> {
  device_id: string
  client_id: string
  host_name: string
  tags: string[]
  set_key: string
  undo_class: Candidate['undoClass']
  is_claimed: boolean
  has_failed: boolean
}

/** Every device the caller may see that lacks the patch: four reads, however many devices. */
export async function findTargets(
  tx: Tx,
  input: { patch: PatchRow; standing: Standing; policies: Policies; partners: Partners; now: Date },
): Promise<Target[]> {
  const { patch } = input
  const rows = await tx.execute<TargetRow>(sql`
    with tried as (
      select distinct i.device_id from ring_patches r join plan_items i on i.msp_id = r.msp_id and i.rollout_id = r.rollout_id
        and i.position = r.position and i.patch_id = r.patch_id
      where r.patch_id = ${patch.id} and i.state in ('failed', 'rolled-back', 'rollback-failed')
    )
    select t.device_id, t.client_id, d.host_name, d.tags, t.set_key, t.undo_class, c.device_id is not null as is_claimed,
      f.device_id is not null as has_failed
    from device_patches t join devices d on d.msp_id = t.msp_id and d.id = t.device_id and d.retired_at is null
      left join plan_items c on c.msp_id = t.msp_id and c.device_id = t.device_id and c.package_name = ${patch.name} and c.is_claimed
      left join tried f on f.device_id = t.device_id
    where t.patch_id = ${patch.id} and t.resolved_at is null order by d.host_name, d.id`)
  const partnerIds = [...input.partners.values()].flat().map((partner) => partner.id)
  const classOf = await findClasses(tx, { patchIds: [...new Set([patch.id, ...partnerIds])] })
  const judge = memoise({ ...input, classOf })
  return rows.map((row) => {
    const members = [patch, ...(input.partners.get(row.set_key) ?? [])]
    const set = members.map((member): Candidate => {
      const isOwn = member.id === patch.id
      return {
        ...plain(member, row),
        hasFailedBefore: isOwn && row.has_failed,
        decision: judge(member, row, isOwn),
      }
    })
    return {
      deviceId: row.device_id,
      clientId: row.client_id,
      hostName: row.host_name,
      tags: row.tags,
      undoClass: row.undo_class,
      isClaimed: row.is_claimed,
      decision: judge(patch, row, false),
      set,
    }
  })
}

function plain(member: PatchRow, row: TargetRow): Omit<Candidate, 'decision' | 'hasFailedBefore'> {
  return {
    deviceId: row.device_id,
    patchId: member.id,
    packageName: member.name,
    version: member.version,
    architecture: member.architecture,
    fromVersion: null,
    sha256: null,
    predecessorSha256: null,
    setKey: row.set_key,
    undoClass: row.undo_class,
    foundAt: member.firstSeenAt,
    releasedAt: member.releasedAt,
    firstSeenAt: member.firstSeenAt,
  }
}

interface Facts {
  standing: Standing
  policies: Policies
  now: Date
  classOf: Awaited<ReturnType<typeof findClasses>>
}

/** Equal facts, equal decision: it is computed once for each patch, client and undo class, and apart for devices with their own. */
function memoise({ standing, policies, now, classOf }: Facts) {
  const known = new Map<string, Decision>()
  return (patch: PatchRow, row: TargetRow, isApprovedNow: boolean): Decision => {
    const own = standing.deviceIds.has(row.device_id) ? row.device_id : ''
    const key = [patch.id, row.client_id, row.undo_class, own, isApprovedNow].join()
    const found = known.get(key)
    if (found) return found
    const { holds, exceptions, decisions, consent } = standing.about(patch.id, row.client_id, row.device_id)
    const made = decide({
      patch: { ...patch, ...classOf(patch.id, row.client_id) },
      undoClass: row.undo_class,
      holds,
      exceptions,
      consent,
      decisions: isApprovedNow ? [...decisions.filter((one) => one.scope !== 'client'), approvedNow(now)] : decisions,
      rules: policies.of(row.client_id).approvalRules,
      now,
    })
    known.set(key, made)
    return made
  }
}

/** An approval takes the place of the client's own decision, as `decidePatch` does; wider and narrower ones still count. */
const approvedNow = (now: Date): DecisionFact => ({
  scope: 'client',
  kind: 'approve',
  by: 'you',
  at: now,
  until: null,
  reason: '',
})

/** What goes in together with the patch, by set key: equal keys name equal members, so one device of each key is looked at. */
export type Partners = ReadonlyMap<string, PatchRow[]>

export async function findPartners(tx: Tx, patchId: string): Promise<Partners> {
  const links = await tx.execute<{ set_key: string; patch_id: string }>(sql`
    with sample as (
      select distinct on (set_key) msp_id, set_key, device_id from device_patches
      where patch_id = ${patchId} and resolved_at is null order by set_key, device_id
    )
    select s.set_key, t.patch_id from sample s join device_patches t on t.msp_id = s.msp_id
      and t.device_id = s.device_id and t.set_key = s.set_key and t.resolved_at is null
    where t.patch_id <> ${patchId}`)
  const ids = [...new Set(links.map((link) => link.patch_id))]
  const rows = ids.length === 0 ? [] : await tx.select().from(patches).where(inArray(patches.id, ids))
  const partners = new Map<string, PatchRow[]>()
  for (const link of links) {
    const found = rows.find((row) => row.id === link.patch_id)
    if (found) partners.set(link.set_key, [...(partners.get(link.set_key) ?? []), found])
  }
  return partners
}
