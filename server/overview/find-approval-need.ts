import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import { findStandingAcross, type Standing } from '../approvals/find-standing.ts'
import { ageStart, decide } from '../approvals/rules.ts'
import type { Context } from '../context.ts'
import { findLacking, type LackedPatch, uuids } from '../patches/find-lacking.ts'
import type { Policies } from '../patches/find-policies.ts'
import { stateOf } from '../patches/rules.ts'
import type { Need } from './rules.ts'

const dayMs = 24 * 3_600_000
const urgent = ['security', 'critical']

/** The patches that want a person's approval, as one thing: how many, at how many clients, and when the first is due. */
export async function findApprovalNeed(tx: Tx, ctx: Context, policies: Policies): Promise<Need[]> {
  const { now } = ctx
  const standing = await findStandingAcross(tx, 'all')
  const lacking = await findLacking(tx, { ctx, standing, policies })
  const wanting = lacking.filter((patch) => patch.standing.wantsPerson)
  const [first] = wanting
  if (!first) return []
  const clients = await findWantingClients(tx, wanting, standing, policies, now)
  const ages = wanting.map((patch) => ageStart(patch).getTime())
  const dues = wanting
    .filter((patch) => urgent.includes(patch.classification))
    .map((patch) => ageStart(patch).getTime())
  const dueDays = Math.min(...[...clients].map((clientId) => policies.of(clientId).dueDays), policies.standard.dueDays)
  const firstDueAt = dues.length > 0 ? new Date(Math.min(...dues) + dueDays * dayMs) : null
  return [
    {
      kind: 'approvals',
      key: 'approvals',
      isToday: firstDueAt !== null && firstDueAt.getTime() < now.getTime() + dayMs,
      patches: wanting.length,
      clients: clients.size,
      patch: wanting.length === 1 ? { id: first.id, name: `${first.name} ${first.version}` } : null,
      cannotBeUndone: wanting.filter((patch) => patch.undo.none > 0).length,
      oldestAt: new Date(Math.min(...ages)),
      firstDueAt,
    },
  ]
}

/** The clients at which one of these patches is pending: the decision is made once for each patch, client and undo class. */
async function findWantingClients(
  tx: Tx,
  wanting: readonly LackedPatch[],
  standing: Standing,
  policies: Policies,
  now: Date,
): Promise<Set<string>> {
  const rows = await tx.execute<{ patch_id: string; client_id: string; is_undoable: boolean }>(sql`
    select distinct t.patch_id, t.client_id, t.undo_class in ('kept', 'fetchable') as is_undoable from device_patches t
    where t.patch_id = any (${uuids(wanting.map((patch) => patch.id))}) and t.resolved_at is null
      and t.device_id not in (select id from devices where retired_at is not null)`)
  const patchOf = new Map(wanting.map((patch) => [patch.id, patch]))
  const clients = new Set<string>()
  for (const row of rows) {
    const patch = patchOf.get(row.patch_id)
    if (!patch || clients.has(row.client_id)) continue
    const decision = decide({
      patch,
      undoClass: row.is_undoable ? 'kept' : 'none',
      holds: standing.holds(row.patch_id, row.client_id),
      decisions: standing.decisions(row.patch_id, row.client_id).filter((one) => one.deviceId === null),
      rules: policies.of(row.client_id).approvalRules,
      now,
    })
    if (stateOf(decision) === 'pending') clients.add(row.client_id)
  }
  return clients
}
