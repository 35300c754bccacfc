import { createHash } from 'node:crypto'
import { canonicalJson } from '../../agent/wire/canonical-json.ts'

/** The columns that a seal covers, for each version of the chain. A new column joins as a new version: old seals keep theirs. */
export const chainVersions: readonly (readonly string[])[] = [
  [
    'msp_id',
    'client_id',
    'id',
    'at',
    'actor_kind',
    'actor_id',
    'actor_name',
    'action',
    'subject_kind',
    'subject_id',
    'subject_name',
    'reason',
    'changes',
    'outcome',
  ],
]
export const newestVersion = chainVersions.length

/** A moment exactly as PostgreSQL keeps it, to the microsecond: a `Date` would lose what somebody altered below the millisecond. */
export const momentText = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** SQL for every covered column of the record with the alias `r`, each as the text that PostgreSQL has for it. */
export const recordText = `jsonb_build_object(${(chainVersions.at(-1) ?? [])
  .map((column) => `'${column}', ${column === 'at' ? momentText('r.at') : `r.${column}::text`}`)
  .join(', ')})`

/** A record as `recordText` reads it: column → text, or null. */
export type RecordText = Readonly<Record<string, string | null>>

export interface SealInput {
  /** 1, 2, 3 … in its MSP. */
  position: number
  /** Of the seal before it; '' for the first. */
  previousHash: string
  /** As `momentText` writes it. */
  sealedAt: string
  record: RecordText
}

/** The seal of one record: SHA-256 in hex over the canonical JSON of the record, its place, and the seal before it. */
export function hashRecord({ position, previousHash, sealedAt, record }: SealInput, version = newestVersion): string {
  const covered = Object.fromEntries((chainVersions[version - 1] ?? []).map((column) => [column, record[column]]))
  return createHash('sha256')
    .update(canonicalJson({ version, position, previousHash, sealedAt, record: covered }))
    .digest('hex')
}

/** A `Date` as `momentText` writes it. */
export const momentOf = (at: Date) => at.toISOString().replace(/Z$/, '000Z')
