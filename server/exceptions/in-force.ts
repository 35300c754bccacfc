import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import type { ExceptionFact } from '../approvals/rules.ts'
import { uuids } from '../uuid-array.ts'

/**
 * Row `e` of exceptions keeps something off at `now`: agreed on, not ended, and its last day is not over. Together with the reach below the
 * same rule as `door.is_excepted`, which start, signature and sweep ask; `exceptions.db.test.ts` holds the two together.
 */
export const isInForce = (now: SQL) => sql`(e.answer = 'accepted' and e.ended_at is null and e.expires_at > ${now})`

/** Row `p` of patches is meant by row `e`, whose patch is row `named`. */
export const meansPatch = sql`(p.msp_id = e.msp_id and (p.id = e.patch_id
  or (e.is_all_versions and p.manager = named.manager and p.name = named.name)))`

/** Row `d` of devices is in reach of row `e`. */
export const reachesDevice = sql`(d.msp_id = e.msp_id and d.client_id = e.client_id and (e.device_id is null or e.device_id = d.id)
  and (e.tag is null or e.tag = any (d.tags)))`

/** An exception in force, with what it reaches now. */
export interface InForce {
  id: string
  clientId: string
  patchIds: ReadonlySet<string>
  /** Null: every device of the client. */
  deviceIds: ReadonlySet<string> | null
  fact: ExceptionFact
}

interface Row extends Record<string, unknown> {
  id: string
  client_id: string
  tag: string | null
  device_id: string | null
  last_day: string
  expires_at: string
  answered_by: string
  asked_from: 'msp' | 'client'
  reason: string
  patch_ids: string[]
  device_ids: string[] | null
}

/** What exceptions keep off now, as far as the caller may see: of the patches named, or of all; at one client, or at all. One read. */
export async function findInForce(
  tx: Tx,
  { patchIds, clientId, now }: { patchIds?: readonly string[]; clientId?: string; now: Date },
): Promise<InForce[]> {
  const at = sql`${now.toISOString()}::timestamptz`
  const meant = sql`select p.id from patches p where ${meansPatch}`
  const rows = await tx.execute<Row>(sql`
    select e.id, e.client_id, e.tag, e.device_id, e.last_day, to_json(e.expires_at)#>>'{}' as expires_at, e.answered_by, e.asked_from,
      e.reason, array(${meant}) as patch_ids,
      case when e.device_id is not null then array[e.device_id] when e.tag is not null
        then array(select d.id from devices d where ${reachesDevice} and d.retired_at is null) end as device_ids
    from exceptions e join patches named on named.msp_id = e.msp_id and named.id = e.patch_id
    where ${isInForce(at)} and ${clientId === undefined ? sql`true` : sql`e.client_id = ${clientId}`}
      and ${patchIds === undefined ? sql`true` : sql`exists (${meant} and p.id = any (${uuids(patchIds)}))`}
    order by e.asked_at, e.id`)
  return rows.map((row) => ({
    id: row.id,
    clientId: row.client_id,
    patchIds: new Set(row.patch_ids),
    deviceIds: row.device_ids === null ? null : new Set(row.device_ids),
    fact: {
      reach: row.device_id !== null ? 'device' : row.tag === null ? 'client' : { tag: row.tag },
      lastDay: row.last_day,
      expiresAt: new Date(row.expires_at),
      agreedBy: row.answered_by,
      agreedFrom: row.asked_from === 'msp' ? 'client' : 'msp',
      reason: row.reason,
    },
  }))
}
