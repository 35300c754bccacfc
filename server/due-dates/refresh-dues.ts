import { type SQL, sql } from 'drizzle-orm'
import { acrossTenants, type Tx } from '../access.ts'
import { standardPolicy } from '../policies/rules.ts'
import { uuids } from '../uuid-array.ts'
import { dueDate, packsInForce, startClock } from './rules.ts'

const pageRows = 10_000
const noId = '00000000-0000-0000-0000-000000000000'

/** What a client lacks and what would make its date; times as PostgreSQL writes them, to the microsecond, so that they compare equal. */
interface Pair extends Record<string, unknown> {
  msp_id: string
  client_id: string
  patch_id: string
  classification: string
  severity: string
  released_at: string | null
  first_seen_at: string
  time_zone: string
  due_days: number
  packs: string[]
}

/**
 * Reckons the due date of each patch that devices of these clients lack (`client_patch_counts`), where something that made it changed; null =
 * all clients. A page is a transaction of its own. Of two sweeps over one client that meet, the later look sees what the other missed.
 */
export async function refreshDues(at: Date, clientIds: readonly string[] | null): Promise<void> {
  let after: [string, string, string] = [noId, noId, noId]
  for (;;) {
    const page = await acrossTenants('due dates', async (tx) => {
      const pairs = await findChanged(tx, clientIds, after)
      if (pairs.length > 0) await keepDues(tx, at, pairs)
      return pairs
    })
    const last = page.at(-1)
    if (!last || page.length < pageRows) return
    after = [last.msp_id, last.client_id, last.patch_id]
  }
}

/** `due_days` of the policy in force: what a document cannot mean there (a text, nothing) is the standard's, as it is read elsewhere. */
const dueDays = (
  isOf: SQL,
) => sql`(select case when jsonb_typeof(y.document->'dueDays') = 'number' then (y.document->>'dueDays')::numeric::int end
  from policies y where y.msp_id = c.msp_id and ${isOf} order by y.version desc limit 1)`

async function findChanged(
  tx: Tx,
  clientIds: readonly string[] | null,
  [mspId, clientId, patchId]: readonly [string, string, string],
): Promise<Pair[]> {
  const only = (column: SQL) => (clientIds === null ? sql`true` : sql`${column} = any (${uuids(clientIds)})`)
  const rows = await tx.execute<Pair>(sql`
    with asked as materialized (
      select c.msp_id, c.id as client_id, c.time_zone,
        coalesce(${dueDays(sql`y.client_id = c.id`)}, ${dueDays(sql`y.client_id is null`)}, ${standardPolicy.dueDays}::int) as due_days,
        array(select r.pack_id || '@' || r.pack_version from client_rule_packs r where r.msp_id = c.msp_id and r.client_id = c.id
          order by 1) as packs
      from clients c where ${only(sql`c.id`)}
    )
    select k.msp_id, k.client_id, k.patch_id, p.classification, p.severity, to_json(p.released_at)#>>'{}' as released_at,
      to_json(p.first_seen_at)#>>'{}' as first_seen_at, a.time_zone, a.due_days, a.packs
    from client_patch_counts k
      join asked a on a.msp_id = k.msp_id and a.client_id = k.client_id
      join patches p on p.msp_id = k.msp_id and p.id = k.patch_id
      left join client_patch_dues d on d.msp_id = k.msp_id and d.client_id = k.client_id and d.patch_id = k.patch_id
    where (k.msp_id, k.client_id, k.patch_id) > (${mspId}::uuid, ${clientId}::uuid, ${patchId}::uuid)
      and (d.classification, d.severity, d.released_at, d.first_seen_at, d.time_zone, d.due_days, d.packs) is distinct from
        (p.classification, p.severity, p.released_at, p.first_seen_at, a.time_zone, a.due_days, a.packs)
    order by k.msp_id, k.client_id, k.patch_id limit ${pageRows}`)
  return [...rows]
}

async function keepDues(tx: Tx, at: Date, pairs: readonly Pair[]): Promise<void> {
  const reckoned = pairs.map((pair) => {
    const inputs = {
      classification: pair.classification,
      severity: pair.severity,
      releasedAt: pair.released_at === null ? null : new Date(pair.released_at),
      firstSeenAt: new Date(pair.first_seen_at),
    }
    const due = dueDate(inputs, packsInForce(pair.packs, pair.due_days), pair.time_zone)
    const { clock, startsAt } = startClock(inputs)
    const rule = due && {
      due_at: due.dueAt,
      pack_id: due.packId,
      pack_version: due.packVersion,
      rule_index: due.ruleIndex,
    }
    return { ...pair, ...rule, clock, clock_starts_at: startsAt }
  })
  await tx.execute(sql`
    insert into client_patch_dues (msp_id, client_id, patch_id, due_at, pack_id, pack_version, rule_index, clock, clock_starts_at,
      classification, severity, released_at, first_seen_at, time_zone, due_days, packs, reckoned_at)
    select r.*, ${at.toISOString()}::timestamptz from jsonb_to_recordset(${JSON.stringify(reckoned)}::jsonb) as r (msp_id uuid, client_id uuid,
      patch_id uuid, due_at timestamptz, pack_id text, pack_version text, rule_index int, clock text, clock_starts_at timestamptz,
      classification text, severity text, released_at timestamptz, first_seen_at timestamptz, time_zone text, due_days int, packs text[])
    order by r.msp_id, r.client_id, r.patch_id
    on conflict (msp_id, client_id, patch_id) do update set due_at = excluded.due_at, pack_id = excluded.pack_id,
      pack_version = excluded.pack_version, rule_index = excluded.rule_index, clock = excluded.clock,
      clock_starts_at = excluded.clock_starts_at, classification = excluded.classification, severity = excluded.severity,
      released_at = excluded.released_at, first_seen_at = excluded.first_seen_at, time_zone = excluded.time_zone,
      due_days = excluded.due_days, packs = excluded.packs, reckoned_at = excluded.reckoned_at`)
}
