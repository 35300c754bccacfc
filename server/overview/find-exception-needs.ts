import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import { isInForce } from '../exceptions/in-force.ts'
import { findExceptions, isWaiting } from '../exceptions/queries.ts'
import { warnDays } from '../exceptions/rules.ts'
import type { Need } from './rules.ts'

const most = 100

/** Exceptions that a client asks for, and those in force that end soon: who needs one longer asks anew now. */
export async function findExceptionNeeds(tx: Tx, now: Date): Promise<Need[]> {
  const at = sql`${now.toISOString()}::timestamptz`
  const rows = await findExceptions(tx, now, {
    where: sql`((${isWaiting(at)} and e.asked_from = 'client')
      or (${isInForce(at)} and e.expires_at <= ${at} + make_interval(days => ${warnDays}::int)))`,
    order: sql`e.expires_at, e.id`,
    limit: most,
  })
  return rows.map((row) => ({
    kind: row.state === 'asked' ? 'exception-asked' : 'exception-ending',
    key: row.id,
    isToday: row.expiresAt.getTime() - now.getTime() < 24 * 3_600_000,
    patch: row.isAllVersions ? row.patch.name : `${row.patch.name} ${row.patch.version}`,
    client: row.client,
    askedBy: row.asked.by,
    reason: row.reason,
    owner: row.owner,
    computers: row.computers,
    lastDay: row.lastDay,
  }))
}

/** Rollouts of which the client says that something broke, until somebody has seen to it. */
export async function findFeedbackNeeds(tx: Tx): Promise<Need[]> {
  const rows = await tx.execute<{
    id: string
    number: number
    client_id: string
    client: string
    given_by: string
    given_at: string
    words: string
  }>(sql`
    select o.id, o.number, f.client_id, c.name as client, f.given_by, to_json(f.given_at)#>>'{}' as given_at, f.words
    from feedbacks f join rollouts o on o.msp_id = f.msp_id and o.id = f.rollout_id
      join clients c on c.msp_id = f.msp_id and c.id = f.client_id
    where f.is_broken and f.seen_at is null order by f.given_at desc limit ${most}`)
  return rows.map((row) => ({
    kind: 'feedback',
    key: `feedback ${row.id}`,
    isToday: true,
    rollout: { id: row.id, number: row.number },
    client: { id: row.client_id, name: row.client },
    by: row.given_by,
    words: row.words,
    at: new Date(row.given_at),
  }))
}
