import { sql } from 'drizzle-orm'
import { read } from '../access.ts'
import { findClasses } from '../approvals/find-classes.ts'
import { findStanding } from '../approvals/find-standing.ts'
import { decide } from '../approvals/rules.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { findPolicyInForce } from '../policies/queries.ts'
import { placeDevices } from '../rollouts/rules.ts'
import { getPatchRow } from './queries.ts'
import { type PatchState, stateOf } from './rules.ts'
import type { ListPatchDevices } from './schema.ts'

const pageRows = 50

/** A device of one client that lacks the patch. */
export interface PatchDevice {
  deviceId: string
  hostName: string
  ring: string | null
  fromVersion: string | null
  undoClass: 'kept' | 'fetchable' | 'snapshot' | 'none'
  undoReason: string
  state: PatchState
  isRebootPending: boolean
  status: 'active' | 'silent' | 'no-data'
  rollout: { id: string; number: number } | null
}
export interface PatchDevicePage {
  rows: PatchDevice[]
  next: { hostName: string; deviceId: string } | null
}

interface Row extends Record<string, unknown> {
  device_id: string
  host_name: string
  tags: string[]
  status: PatchDevice['status']
  is_reboot_pending: boolean
  from_version: string | null
  undo_class: PatchDevice['undoClass']
  undo_reason: string
  rollout_id: string | null
  number: number | null
}

/** The devices of one client that lack the patch, by host name, 50 a page. */
export function listPatchDevices(ctx: Context, input: ListPatchDevices): Promise<PatchDevicePage> {
  return read(ctx, 'patch:read', async (tx) => {
    const patch = await getPatchRow(tx, input.patchId)
    const client = await getClientRow(tx, input.clientId)
    const { policy } = await findPolicyInForce(tx, client.id)
    const standing = await findStanding(tx, { patchIds: [patch.id], clientId: client.id, now: ctx.now })
    const classOf = await findClasses(tx, { patchIds: [patch.id], clientId: client.id })
    const after = input.cursor
      ? sql`and (d.host_name, d.id) > (${input.cursor.hostName}, ${input.cursor.deviceId}::uuid)`
      : sql``
    const found = await tx.execute<Row>(sql`
      select d.id as device_id, d.host_name, d.tags, d.status, d.is_reboot_pending, t.from_version, t.undo_class, t.undo_reason,
        o.id as rollout_id, o.number
      from devices d join device_patches t on t.msp_id = d.msp_id and t.device_id = d.id and t.patch_id = ${patch.id}
        and t.resolved_at is null
        left join plan_items i on i.msp_id = d.msp_id and i.device_id = d.id and i.package_name = ${patch.name} and i.is_claimed
        left join rollouts o on o.msp_id = i.msp_id and o.id = i.rollout_id
      where d.msp_id = ${ctx.mspId} and d.client_id = ${client.id} and d.retired_at is null ${after}
      order by d.host_name, d.id limit ${pageRows + 1}`)
    const rows = found.slice(0, pageRows)
    const positions = placeDevices(
      policy.rings,
      rows.map((row) => ({ id: row.device_id, tags: row.tags })),
    )
    const last = rows.at(-1)
    return {
      rows: rows.map((row): PatchDevice => {
        const decision = decide({
          patch: { ...patch, ...classOf(patch.id, client.id) },
          undoClass: row.undo_class,
          ...standing.about(patch.id, client.id, row.device_id),
          rules: policy.approvalRules,
          now: ctx.now,
        })
        return {
          deviceId: row.device_id,
          hostName: row.host_name,
          ring: policy.rings[positions.get(row.device_id) ?? -1]?.name ?? null,
          fromVersion: row.from_version,
          undoClass: row.undo_class,
          undoReason: row.undo_reason,
          state: stateOf(decision),
          isRebootPending: row.is_reboot_pending,
          status: row.status,
          rollout: row.rollout_id !== null && row.number !== null ? { id: row.rollout_id, number: row.number } : null,
        }
      }),
      next: found.length > pageRows && last ? { hostName: last.host_name, deviceId: last.device_id } : null,
    }
  })
}
