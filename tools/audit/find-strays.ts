import type { TransactionSql } from 'postgres'
import { momentText, type RecordText, recordText } from '../../server/audit/hash-record.ts'
import { recordWords } from './chain-words.ts'
import type { Findings } from './findings.ts'

export interface Tail {
  waiting: number
  /** The time of the oldest record that waits, as `momentText` writes it. */
  since: string | null
}

/** Records that no seal and no list knows, and lines of the list that cannot be. Answers what honestly waits to be sealed. */
export async function findStrays(sql: TransactionSql, mspId: string, findings: Findings): Promise<Tail> {
  const unknown = sql<{ record: RecordText }[]>`
    select ${sql.unsafe(recordText)} as record from audit_records r
    where r.msp_id = ${mspId}
      and not exists (select from audit_seals s where s.msp_id = r.msp_id and s.record_id = r.id)
      and not exists (select from audit_unsealed u where u.msp_id = r.msp_id and u.record_id = r.id)
    order by r.id`
  for await (const rows of unknown.cursor(1_000))
    for (const { record } of rows)
      findings.add(
        `${recordWords(record)} was put in, or its seal was removed: it is neither sealed nor waiting to be.`,
      )
  const odd = sql<{ recordId: string; isThere: boolean }[]>`
    select u.record_id as "recordId", r.id is not null as "isThere" from audit_unsealed u
    left join audit_records r on r.msp_id = u.msp_id and r.id = u.record_id
    left join audit_seals s on s.msp_id = u.msp_id and s.record_id = u.record_id
    where u.msp_id = ${mspId} and (r.id is null or s.record_id is not null) order by u.record_id`
  for await (const rows of odd.cursor(1_000))
    for (const { recordId, isThere } of rows)
      findings.add(
        isThere
          ? `Record ${recordId} is on the list of what waits to be sealed though it is sealed: its line was put in.`
          : `Record ${recordId} was removed while it waited to be sealed.`,
      )
  const [tail] = await sql<{ waiting: string; since: string | null }[]>`
    select count(*) as waiting, ${sql.unsafe(momentText('min(r.at)'))} as since from audit_unsealed u
    join audit_records r on r.msp_id = u.msp_id and r.id = u.record_id
    where u.msp_id = ${mspId} and not exists (select from audit_seals s where s.msp_id = u.msp_id and s.record_id = u.record_id)`
  return { waiting: Number(tail?.waiting ?? 0), since: tail?.since ?? null }
}
