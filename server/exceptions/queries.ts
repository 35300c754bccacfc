import { type SQL, sql } from 'drizzle-orm'
import { read, type Tx } from '../access.ts'
import { type Can, no } from '../can.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { missingPermission } from '../permissions.ts'
import { isInForce, reachesDevice } from './in-force.ts'
import { type ExceptionState, exceptionCan, isEnding, type Side, stateAt } from './rules.ts'
import type { ListExceptions } from './schema.ts'

const pageRows = 50

/** One exception with all that a person decides by. */
export interface ExceptionLine {
  id: string
  state: ExceptionState
  /** In force, and over in less than two weeks. */
  isEnding: boolean
  patch: { id: string; name: string; version: string }
  isAllVersions: boolean
  client: { id: string; name: string }
  /** Neither: the whole client. */
  device: { id: string; hostName: string } | null
  tag: string | null
  /** Devices in its reach now. */
  computers: number
  reason: string
  owner: string
  measure: string
  /** "2028-02-29", in the client's zone. */
  lastDay: string
  expiresAt: Date
  asked: { from: Side; by: string; at: Date }
  answer: { isAccepted: boolean; by: string; at: Date; reason: string } | null
  ended: { by: string; at: Date; reason: string } | null
}
export interface ExceptionListLine extends ExceptionLine {
  canAnswer: Can
  canEnd: Can
}
export interface ExceptionPage {
  rows: ExceptionListLine[]
  counts: { waiting: number; inForce: number; over: number }
  next: string | null
  asOf: Date
}

interface Row extends Record<string, unknown> {
  id: string
  patch_id: string
  name: string
  version: string
  is_all_versions: boolean
  client_id: string
  client_name: string
  device_id: string | null
  host_name: string | null
  tag: string | null
  computers: number
  reason: string
  owner: string
  measure: string
  last_day: string
  expires_at: string
  asked_from: Side
  asked_by: string
  asked_at: string
  answer: 'accepted' | 'refused' | null
  answered_by: string | null
  answered_at: string | null
  answer_reason: string
  ended_by: string | null
  ended_at: string | null
  end_reason: string | null
}

/** Row `e` waits for an answer. */
export const isWaiting = (now: SQL) => sql`(e.answer is null and e.ended_at is null and e.expires_at > ${now})`

/** Exceptions `e` for which `where` holds, in an order. Under the rights of whoever asks. */
export async function findExceptions(
  tx: Tx,
  now: Date,
  { where, order, limit }: { where: SQL; order: SQL; limit?: number },
): Promise<ExceptionLine[]> {
  const rows = await tx.execute<Row>(sql`
    select e.id, e.patch_id, p.name, p.version, e.is_all_versions, e.client_id, c.name as client_name, e.device_id,
      coalesce(v.host_name, l.host_name) as host_name, e.tag, (select count(*)::int from devices d where ${reachesDevice} and d.retired_at is null) as computers,
      e.reason, e.owner, e.measure, e.last_day, to_json(e.expires_at)#>>'{}' as expires_at, e.asked_from, e.asked_by,
      to_json(e.asked_at)#>>'{}' as asked_at, e.answer, e.answered_by, to_json(e.answered_at)#>>'{}' as answered_at, e.answer_reason,
      e.ended_by, to_json(e.ended_at)#>>'{}' as ended_at, e.end_reason
    from exceptions e join patches p on p.msp_id = e.msp_id and p.id = e.patch_id
      join clients c on c.msp_id = e.msp_id and c.id = e.client_id
      left join devices v on v.msp_id = e.msp_id and v.client_id = e.client_id and v.id = e.device_id
      left join device_places l on l.msp_id = e.msp_id and l.client_id = e.client_id and l.device_id = e.device_id
    where ${where} order by ${order} ${limit === undefined ? sql`` : sql`limit ${limit}`}`)
  return rows.map((row) => toLine(row, now))
}

/** Exceptions, those that end first at the top; those that wait or are over, newest first. */
export function listExceptions(ctx: Context, input: ListExceptions): Promise<ExceptionPage> {
  return read(ctx, 'exception:read', async (tx) => {
    if (input.clientId) await getClientRow(tx, input.clientId)
    const now = sql`${ctx.now.toISOString()}::timestamptz`
    const ofClient = input.clientId ? sql`e.client_id = ${input.clientId}` : sql`true`
    const [counts] = await tx.execute<{ waiting: number; in_force: number; over: number }>(sql`
      select count(*) filter (where ${isWaiting(now)})::int as waiting, count(*) filter (where ${isInForce(now)})::int as in_force,
        count(*) filter (where not ${isWaiting(now)} and not coalesce(${isInForce(now)}, false))::int as over
      from exceptions e where ${ofClient}`)
    const isIn = {
      waiting: isWaiting(now),
      'in-force': isInForce(now),
      over: sql`(not ${isWaiting(now)} and not coalesce(${isInForce(now)}, false))`,
    }[input.state]
    const place = (row: SQL) => (input.state === 'in-force' ? sql`(${row}.expires_at, ${row}.id)` : sql`${row}.id`)
    const cursor = sql`(select ${place(sql`x`)} from exceptions x where x.id = ${input.after ?? null})`
    const isAfter = sql`${place(sql`e`)} ${input.state === 'in-force' ? sql`>` : sql`<`} ${cursor}`
    const found = await findExceptions(tx, ctx.now, {
      where: sql`${isIn} and ${ofClient} and ${input.after ? isAfter : sql`true`}`,
      order: input.state === 'in-force' ? sql`e.expires_at, e.id` : sql`e.id desc`,
      limit: pageRows + 1,
    })
    const rows = found.slice(0, pageRows)
    return {
      rows: rows.map((line) => withCan(ctx, line)),
      counts: { waiting: counts?.waiting ?? 0, inForce: counts?.in_force ?? 0, over: counts?.over ?? 0 },
      next: found.length > pageRows ? (rows.at(-1)?.id ?? null) : null,
      asOf: ctx.now,
    }
  })
}

function toLine(row: Row, now: Date): ExceptionLine {
  const facts = {
    answer: row.answer,
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
    expiresAt: new Date(row.expires_at),
  }
  return {
    id: row.id,
    state: stateAt(facts, now),
    isEnding: isEnding(facts, now),
    patch: { id: row.patch_id, name: row.name, version: row.version },
    isAllVersions: row.is_all_versions,
    client: { id: row.client_id, name: row.client_name },
    device: row.device_id === null ? null : { id: row.device_id, hostName: row.host_name ?? '' },
    tag: row.tag,
    computers: row.computers,
    reason: row.reason,
    owner: row.owner,
    measure: row.measure,
    lastDay: row.last_day,
    expiresAt: facts.expiresAt,
    asked: { from: row.asked_from, by: row.asked_by, at: new Date(row.asked_at) },
    answer:
      row.answer === null || row.answered_at === null
        ? null
        : {
            isAccepted: row.answer === 'accepted',
            by: row.answered_by ?? '',
            at: new Date(row.answered_at),
            reason: row.answer_reason,
          },
    ended: facts.endedAt && { by: row.ended_by ?? '', at: facts.endedAt, reason: row.end_reason ?? '' },
  }
}

function withCan(ctx: Context, line: ExceptionLine): ExceptionListLine {
  const facts = {
    askedFrom: line.asked.from,
    answer: line.answer && (line.answer.isAccepted ? ('accepted' as const) : ('refused' as const)),
    endedAt: line.ended?.at ?? null,
    expiresAt: line.expiresAt,
  }
  const may = (action: 'exception:answer' | 'exception:end', can: Can) =>
    ctx.permissions.has(action) ? can : no(missingPermission(action))
  return {
    ...line,
    canAnswer: may('exception:answer', exceptionCan.answer(facts, 'msp', ctx.now)),
    canEnd: may('exception:end', exceptionCan.end(facts, ctx.now)),
  }
}
