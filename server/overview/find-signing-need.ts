import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import type { Need } from './rules.ts'

/** The worker signs within seconds; an order this old waits for a worker or a key that is not there. */
const longMs = 2 * 60_000

/**
 * Orders that nobody signs, though all changes are not stopped: until somebody looks after the worker, no device gets anything to do. One
 * look at a small index.
 */
export async function findSigningNeed(tx: Tx, now: Date): Promise<Need[]> {
  const [found] = await tx.execute<{ devices: number; since: string | null }>(sql`
    select count(distinct device_id)::int as devices, to_json(min(created_at))#>>'{}' as since from work_orders
    where state = 'unsigned'
      and (not door.is_change(verb) or not exists (select from msps where changes_stopped_at is not null))
      and created_at < ${new Date(now.getTime() - longMs).toISOString()}::timestamptz`)
  if (!found?.since) return []
  return [{ kind: 'signing', key: 'signing', isToday: true, devices: found.devices, at: new Date(found.since) }]
}
