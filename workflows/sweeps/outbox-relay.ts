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
/** Sends one row; throws when Temporal cannot be reached, so that the row stays. Repeating a send is harmless: ids are fixed. */
export type Send = (row: OutboxRow) => Promise<void>

const batchSize = 200

/**
 * Sends what waits, in order within each stream; a stream whose send fails stops there and is tried again in the next round, the others
 * go on. Answers how many were sent.
 */
export async function relayOutbox(at: Date, send: Send): Promise<number> {
  const rows = await acrossTenants('outbox relay', (tx) =>
    tx.execute<{ id: string; msp_id: string; stream: string; kind: string; payload: Record<string, unknown> }>(
      sql`select id::text, msp_id, stream, kind, payload from outbox where sent_at is null order by outbox.id limit ${batchSize}`,
    ),
  )
  const streams = new Map<string, OutboxRow[]>()
  for (const { msp_id: mspId, ...row } of rows)
    streams.set(row.stream, [...(streams.get(row.stream) ?? []), { ...row, mspId }])
  const counts = await Promise.all([...streams.values()].map((stream) => relayStream(at, stream, send)))
  return counts.reduce((sum, count) => sum + count, 0)
}

async function relayStream(at: Date, rows: readonly OutboxRow[], send: Send): Promise<number> {
  let sent = 0
  for (const row of rows) {
    try {
      await send(row)
    } catch (error) {
      const message = error instanceof Error ? error.message.slice(0, 500) : String(error)
      await acrossTenants('outbox relay', (tx) =>
        tx.execute(
          sql`update outbox set attempts = attempts + 1, last_error = ${message} where id = ${row.id}::bigint and msp_id = ${row.mspId}`,
        ),
      )
      break
    }
    await acrossTenants('outbox relay', (tx) =>
      tx.execute(sql`update outbox set sent_at = ${at.toISOString()}::timestamptz, attempts = attempts + 1, last_error = null
        where id = ${row.id}::bigint and msp_id = ${row.mspId}`),
    )
    sent += 1
  }
  return sent
}
