import type { TransactionSql } from 'postgres'
import { hashRecord, momentText, newestVersion, type RecordText, recordText } from '../../server/audit/hash-record.ts'
import { momentWords, recordWords } from './chain-words.ts'
import type { Findings } from './findings.ts'
import { createOrderCheck } from './order-check.ts'

const batchRows = 2_000

interface SealRow {
  position: string
  recordId: string
  hash: string
  sealedAt: string
  isThere: boolean
  record: RecordText
}

export interface Walk {
  sealed: number
  lastPosition: number
  /** As `momentText` writes it; null without a seal. */
  sealedUpTo: string | null
}

/** Walks one MSP's chain from its first seal to its last, in batches: altered and removed records, gaps, records put in later. */
export async function walkChain(
  sql: TransactionSql,
  mspId: string,
  findings: Findings,
  onProgress: (sealed: number) => void,
): Promise<Walk> {
  const walk: Walk = { sealed: 0, lastPosition: 0, sealedUpTo: null }
  const isInOrder = createOrderCheck()
  let previousHash = ''
  let version = 1
  for (;;) {
    const rows = await sql<SealRow[]>`
      select s.position, s.record_id as "recordId", s.hash, ${sql.unsafe(momentText('s.sealed_at'))} as "sealedAt",
        r.id is not null as "isThere", ${sql.unsafe(recordText)} as record
      from audit_seals s left join audit_records r on r.msp_id = s.msp_id and r.id = s.record_id
      where s.msp_id = ${mspId} and s.position > ${walk.lastPosition} order by s.position limit ${batchRows}`
    for (const { recordId, hash, sealedAt, isThere, record, ...row } of rows) {
      const position = Number(row.position)
      if (position !== walk.lastPosition + 1) findings.add(gapWords(walk.lastPosition, position))
      if (!isThere)
        findings.add(`Record ${recordId} was removed: it was sealed ${momentWords(sealedAt)} as number ${position}.`)
      else {
        const fits = findVersion(
          version,
          (each) => hashRecord({ position, previousHash, sealedAt, record }, each) === hash,
        )
        if (fits) version = fits
        else findings.add(`${recordWords(record)} was altered after it was sealed, or its seal ${position} was.`)
        const why = isInOrder({ id: Number(recordId), at: record.at ?? '', sealedAt })
        if (why) findings.add(`${recordWords(record)} was put in later: ${why}.`)
      }
      previousHash = hash
      walk.lastPosition = position
      walk.sealed += 1
      walk.sealedUpTo = sealedAt
    }
    onProgress(walk.sealed)
    if (rows.length < batchRows) return walk
  }
}

const gapWords = (last: number, next: number) =>
  next - last === 2
    ? `Seal ${last + 1} was removed: after ${last} comes ${next}.`
    : `Seals ${last + 1} to ${next - 1} were removed: after ${last} comes ${next}.`

/** Versions of the chain only rise: nobody makes a newer seal look like an old one that covers less. */
function findVersion(from: number, fits: (version: number) => boolean): number | null {
  for (let version = newestVersion; version >= from; version--) if (fits(version)) return version
  return null
}
