import { sql } from 'drizzle-orm'
import { acrossTenants } from '../../server/access.ts'

/** One thing Temporal must hear, written with the change that caused it. */
export interface OutboxRow {
  id: string
  mspId: string
  stream: string
  kind: string
  payload: Record<string, unknown>
}
/** Sends one row; throws when Temporal does not take it, so that the row stays. Repeating a send is harmless: ids are fixed. */
export type Send = (row: OutboxRow) => Promise<void>

/** How much of one stream a round takes, so that a long one leaves room for others. */
const rowsOfStream = 20
const batchSize = 200
/** A round waits this long for its sends; slower streams go on beside the next rounds, but so many at most. */
const roundMs = 200
const maxUnderWay = 500
const firstPauseMs = 500
const longestPauseMs = 10_000

/**
 * The outbox's way to Temporal, in order within each stream. A round sends what waits and answers how many were sent. Streams are apart:
 * one whose send hangs or fails stops there, is left out while it does, and is tried again after a pause that grows; the others go on.
 */
export function createOutboxRelay(send: Send): (at: Date) => Promise<number> {
  const underWay = new Map<string, Promise<number>>()
  const resting = new Map<string, { failures: number; untilMs: number }>()

  async function relayStream(at: Date, stream: string, rows: readonly OutboxRow[]): Promise<number> {
    const beganMs = performance.now()
    let sent = 0
    for (const row of rows) {
      const fault = await send(row).then(
        () => null,
        (error) => (error instanceof Error ? error.message.slice(0, 500) : String(error)),
      )
      await noteAttempt(at, row, fault)
      if (fault !== null) {
        const failures = (resting.get(stream)?.failures ?? 0) + 1
        const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 10))
        resting.set(stream, { failures, untilMs: at.getTime() + (performance.now() - beganMs) + pauseMs })
        return sent
      }
      resting.delete(stream)
      sent += 1
    }
    return sent
  }

  return async (at) => {
    if (underWay.size >= maxUnderWay) return 0
    const leftOut = [...underWay.keys()]
    for (const [stream, { untilMs }] of resting) if (untilMs > at.getTime()) leftOut.push(stream)
    const streams = Map.groupBy(await findUnsent(leftOut), (row) => row.stream)
    const started = [...streams].map(([stream, rows]) => {
      const work = relayStream(at, stream, rows).finally(() => underWay.delete(stream))
      underWay.set(stream, work)
      return work
    })
    return settleWithin(roundMs, started)
  }
}

/** What waits, oldest first, without the streams named. */
async function findUnsent(leftOut: readonly string[]): Promise<OutboxRow[]> {
  const without = `{${leftOut.join()}}`
  const rows = await acrossTenants('outbox relay', (tx) =>
    tx.execute<{ id: string; msp_id: string; stream: string; kind: string; payload: Record<string, unknown> }>(
      sql`select id::text, msp_id, stream, kind, payload from (
          select *, row_number() over (partition by msp_id, stream order by id) as place from outbox
          where sent_at is null and stream <> all (${without}::uuid[])) waiting
        where place <= ${rowsOfStream} order by waiting.id limit ${batchSize}`,
    ),
  )
  return rows.map(({ msp_id: mspId, ...row }) => ({ ...row, mspId }))
}

/** Temporal took the row, or why it did not. */
function noteAttempt(at: Date, row: OutboxRow, fault: string | null): Promise<unknown> {
  return acrossTenants('outbox relay', (tx) =>
    tx.execute(sql`update outbox set attempts = attempts + 1, last_error = ${fault},
        sent_at = ${fault === null ? at.toISOString() : null}::timestamptz
      where id = ${row.id}::bigint and msp_id = ${row.mspId}`),
  )
}

/** Sum of what is there within `ms`. What fails by then is thrown; what fails later shows when its stream is tried again. */
async function settleWithin(ms: number, works: readonly Promise<number>[]): Promise<number> {
  let sum = 0
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  const all = Promise.all(works.map(async (work) => (sum += await work)))
  all.catch(() => {})
  try {
    await Promise.race([all, late])
    return sum
  } finally {
    clearTimeout(timer)
  }
}
