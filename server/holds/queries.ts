import { sql } from 'drizzle-orm'
import { read } from '../access.ts'
import { holdReason, mayEnd } from '../approvals/queries.ts'
import type { Can } from '../can.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { inReach, notAmong } from '../patches/find-lacking.ts'
import type { ListHolds } from './schema.ts'

const pageRows = 50

export interface HoldLine {
  id: string
  patch: { id: string; name: string; version: string }
  /** null: all clients of the MSP. */
  client: { id: string; name: string } | null
  source: 'gate' | 'breaker' | 'person'
  setBy: string
  setAt: Date
  reason: string
  /** The rollout whose gate set it, where the caller may see it. */
  rollout: { id: string; number: number } | null
  /** Devices in its scope that lack the patch now. */
  devices: number
  lifted: { at: Date; by: string; reason: string } | null
  canLift: Can
}
export interface HoldPage {
  rows: HoldLine[]
  counts: { standing: number; lifted: number }
  next: string | null
  asOf: Date
}

interface Row extends Record<string, unknown> {
  id: string
  patch_id: string
  name: string
  version: string
  client_id: string | null
  client_name: string | null
  source: HoldLine['source']
  set_by: string
  set_at: string
  reason: string
  rollout_id: string | null
  number: number | null
  devices: number
  lifted_at: string | null
  lifted_by: string | null
  lift_reason: string | null
}

/**
 * Standing or lifted holds, newest first. A hold for all clients shows only where a device the caller may see lacks or lacked the patch:
 * of what runs at other clients nobody learns here.
 */
export function listHolds(ctx: Context, input: ListHolds): Promise<HoldPage> {
  return read(ctx, 'hold:read', async (tx) => {
    if (input.clientId) await getClientRow(tx, input.clientId)
    const visible = sql`(h.client_id is not null or exists (select from device_patches t where t.patch_id = h.patch_id))
      and ${input.clientId ? sql`(h.client_id is null or h.client_id = ${input.clientId})` : sql`true`}`
    const isIn = input.state === 'standing' ? sql`h.lifted_at is null` : sql`h.lifted_at is not null`
    const orderAt = input.state === 'standing' ? sql`h.set_at` : sql`h.lifted_at`
    const after = input.after
      ? sql`and (${orderAt}, h.id) < (select ${orderAt}, h.id from holds h where h.id = ${input.after})`
      : sql``
    // With the ids of what is retired, which the page leaves out: each statement costs a look at the policies.
    const [counts] = await tx.execute<{ standing: number; lifted: number; retired: string[] }>(sql`
      select count(*) filter (where h.lifted_at is null)::int as standing, count(*) filter (where h.lifted_at is not null)::int as lifted,
        array(select id from devices where retired_at is not null) as retired
      from holds h where ${visible}`)
    const found = await tx.execute<Row>(sql`
      with page as (
        select h.* from holds h where ${isIn} and ${visible} ${after} order by ${orderAt} desc, h.id desc limit ${pageRows + 1}
      ), lacking as (
        select t.patch_id, t.client_id, count(*)::int as devices from device_patches t
        where t.resolved_at is null and t.patch_id in (select patch_id from page) and ${inReach(ctx)} ${notAmong(counts?.retired ?? [])}
        group by 1, 2
      )
      select h.id, h.patch_id, p.name, p.version, h.client_id, c.name as client_name, h.source, h.set_by,
        to_json(h.set_at)#>>'{}' as set_at, h.reason, o.id as rollout_id, o.number, to_json(h.lifted_at)#>>'{}' as lifted_at,
        h.lifted_by, h.lift_reason,
        coalesce((select sum(l.devices)::int from lacking l where l.patch_id = h.patch_id
          and (h.client_id is null or l.client_id = h.client_id)), 0) as devices
      from page h join patches p on p.id = h.patch_id left join clients c on c.id = h.client_id left join rollouts o on o.id = h.rollout_id
      order by ${orderAt} desc, h.id desc`)
    const rows = found.slice(0, pageRows)
    return {
      rows: rows.map((row) => toLine(ctx, row)),
      counts: { standing: counts?.standing ?? 0, lifted: counts?.lifted ?? 0 },
      next: found.length > pageRows ? (rows.at(-1)?.id ?? null) : null,
      asOf: ctx.now,
    }
  })
}

function toLine(ctx: Context, row: Row): HoldLine {
  return {
    id: row.id,
    patch: { id: row.patch_id, name: row.name, version: row.version },
    client: row.client_id !== null && row.client_name !== null ? { id: row.client_id, name: row.client_name } : null,
    source: row.source,
    setBy: row.set_by,
    setAt: new Date(row.set_at),
    reason: holdReason(ctx, row),
    rollout: row.rollout_id !== null && row.number !== null ? { id: row.rollout_id, number: row.number } : null,
    devices: row.devices,
    lifted:
      row.lifted_at === null
        ? null
        : { at: new Date(row.lifted_at), by: row.lifted_by ?? '', reason: row.lift_reason ?? '' },
    canLift: mayEnd(ctx, 'hold:lift', row.client_id),
  }
}
