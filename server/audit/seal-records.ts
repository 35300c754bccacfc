import { sql } from 'drizzle-orm'
import { acrossTenants, type Tx } from '../access.ts'
import { hashRecord, momentOf, type RecordText, recordText } from './hash-record.ts'

const batchRows = 1_000
/** After so many batches of one MSP the others have their turn. */
const mostBatches = 20

/**
 * Appends what waits on the list to each MSP's chain, in order of id. Answers how many were sealed. Verbs never wait for it: it takes no
 * lock of theirs, and an MSP that another worker seals at this moment is left to it.
 */
export async function sealRecords(at: Date): Promise<number> {
  const waiting = await acrossTenants('records to seal', (tx) =>
    tx.execute<{ mspId: string }>(sql`select distinct msp_id as "mspId" from audit_unsealed`),
  )
  let sealed = 0
  for (const { mspId } of waiting) {
    // Where the next batch begins: looking from the start would walk over what the ones before have just taken off the list.
    let after = 0
    for (let batch = 0; batch < mostBatches; batch++) {
      const ids: readonly number[] = await acrossTenants('sealing', (tx) => sealBatch(tx, { mspId, after, at }))
      sealed += ids.length
      if (ids.length < batchRows) break
      after = ids.at(-1) ?? after
    }
  }
  return sealed
}

interface Batch {
  mspId: string
  after: number
  at: Date
}

/** Answers the ids that it sealed. */
async function sealBatch(tx: Tx, { mspId, after, at }: Batch): Promise<number[]> {
  const [lock] = await tx.execute<{ isMine: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended(${`audit chain ${mspId}`}, 0)) as "isMine"`,
  )
  if (!lock?.isMine) return []
  const [last] = await tx.execute<{ position: string; hash: string }>(
    sql`select position, hash from audit_seals where msp_id = ${mspId} order by position desc limit 1`,
  )
  // A line whose record is gone, or sealed already, was made by hand: it stays, and the proof names it.
  const rows = await tx.execute<{ id: string; record: RecordText }>(
    sql`select r.id, ${sql.raw(recordText)} as record from audit_unsealed u
      join audit_records r on r.msp_id = u.msp_id and r.id = u.record_id
      where u.msp_id = ${mspId} and u.record_id > ${after}
        and not exists (select from audit_seals s where s.msp_id = u.msp_id and s.record_id = u.record_id)
      order by u.record_id limit ${batchRows}`,
  )
  if (rows.length === 0) return []
  const sealedAt = momentOf(at)
  const first = Number(last?.position ?? 0)
  let previousHash = last?.hash ?? ''
  const seals = rows.map(({ id, record }, place) => {
    const position = first + place + 1
    previousHash = hashRecord({ position, previousHash, sealedAt, record })
    return { position, id: Number(id), hash: previousHash }
  })
  await tx.execute(sql`insert into audit_seals (msp_id, position, record_id, hash, sealed_at)
    select ${mspId}::uuid, s.position, s.id, s.hash, ${sealedAt}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(seals)}::jsonb) as s (position bigint, id bigint, hash text)`)
  await tx.execute(sql`delete from audit_unsealed where msp_id = ${mspId}
    and record_id in (select id from jsonb_to_recordset(${JSON.stringify(seals)}::jsonb) as s (id bigint))`)
  return seals.map(({ id }) => id)
}
