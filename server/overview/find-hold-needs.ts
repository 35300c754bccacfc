import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import { holdReason } from '../approvals/queries.ts'
import type { Context } from '../context.ts'
import type { Need } from './rules.ts'

const most = 100
const freshMs = 24 * 3_600_000

interface Row extends Record<string, unknown> {
  id: string
  source: 'gate' | 'breaker'
  patch_id: string
  patch: string
  client_id: string | null
  client: string | null
  rollout_id: string | null
  number: number | null
  ring: string | null
  failed: number | null
  due: number | null
  reason: string
  set_at: string
  devices: number
  done: number
  under_way: number
  offline: number
  impossible: number
}

/**
 * Standing holds that a gate or the breaker set: what failed, and how far it is taken back. A hold over all clients shows only where a
 * device the caller may see has or had the patch, as in the list of holds.
 */
export async function findHoldNeeds(tx: Tx, ctx: Context): Promise<Need[]> {
  const rows = await tx.execute<Row>(sql`
    with standing as (
      select h.* from holds h where h.lifted_at is null and h.source in ('gate', 'breaker')
        and (h.client_id is not null or exists (select from device_patches t where t.patch_id = h.patch_id))
      order by h.set_at desc limit ${most}
    )
    select h.id, h.source, h.patch_id, p.name || ' ' || p.version as patch, h.client_id, c.name as client, o.id as rollout_id, o.number,
      g.ring, g.failed, g.due, h.reason, to_json(h.set_at)#>>'{}' as set_at, b.done, b.under_way, b.offline, b.impossible,
      case when h.source = 'breaker' then (select count(*)::int from device_patches t where t.patch_id = h.patch_id
        and t.resolved_at is null and t.device_id not in (select id from devices where retired_at is not null)) else 0 end as devices
    from standing h join patches p on p.id = h.patch_id
      left join clients c on c.id = h.client_id
      left join rollouts o on o.id = h.rollout_id
      left join lateral (
        select r.name as ring, q.failed, q.due from ring_patches q
          join rollout_rings r on r.msp_id = q.msp_id and r.rollout_id = q.rollout_id and r.position = q.position
        where q.rollout_id = h.rollout_id and q.patch_id = h.patch_id and q.verdict = 'fail' and q.failed > 0
        order by q.position limit 1
      ) g on true
      cross join lateral (
        select count(*) filter (where i.state = 'rolled-back')::int as done,
          count(*) filter (where i.state in ('proved', 'installing', 'rolling-back') and d.status = 'active')::int as under_way,
          count(*) filter (where i.state in ('proved', 'installing', 'rolling-back') and d.status <> 'active')::int as offline,
          count(*) filter (where i.state = 'rollback-failed')::int as impossible
        from ring_patches q
          join plan_items i on i.msp_id = q.msp_id and i.rollout_id = q.rollout_id and i.position = q.position and i.patch_id = q.patch_id
          join devices d on d.msp_id = i.msp_id and d.id = i.device_id and d.retired_at is null
        where q.rollout_id = h.rollout_id and q.patch_id = h.patch_id
          and i.state in ('rolled-back', 'proved', 'installing', 'rolling-back', 'rollback-failed')
      ) b
    order by h.set_at desc`)
  return rows.flatMap((row) => toNeed(ctx, row))
}

function toNeed(ctx: Context, row: Row): Need[] {
  const at = new Date(row.set_at)
  const isFresh = ctx.now.getTime() - at.getTime() < freshMs
  const patch = { id: row.patch_id, name: row.patch }
  if (row.source === 'breaker' || row.client_id === null)
    return [
      {
        kind: 'breaker',
        key: row.id,
        isToday: isFresh,
        patch,
        reason: holdReason(ctx, row),
        devices: row.devices,
        at,
      },
    ]
  return [
    {
      kind: 'failed-gate',
      key: row.id,
      // What is not yet taken back everywhere is looked at today, however old.
      isToday: isFresh || row.under_way + row.offline > 0,
      patch,
      client: { id: row.client_id, name: row.client ?? '' },
      rollout: row.rollout_id !== null && row.number !== null ? { id: row.rollout_id, number: row.number } : null,
      ringName: row.ring,
      failed: row.failed ?? 0,
      due: row.due ?? 0,
      takenBack: {
        done: row.done,
        of: row.done + row.under_way + row.offline + row.impossible,
        offline: row.offline,
        impossible: row.impossible,
      },
      at,
    },
  ]
}
