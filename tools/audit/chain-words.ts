import type { RecordText } from '../../server/audit/hash-record.ts'

/** `2026-11-22T11:02:14.123000Z` → `2026-11-22 11:02:14 UTC`. */
export const momentWords = (moment: string | null | undefined) =>
  moment ? `${moment.slice(0, 10)} ${moment.slice(11, 19)} UTC` : 'no time'

/** Which record: its id, time, who and what. What names a record may itself be altered, so it is cut and kept to one line. */
export function recordWords(record: RecordText): string {
  const oneLine = (text: string | null | undefined) => (text ?? '').replace(/\p{C}+/gu, ' ').slice(0, 80)
  return `Record ${record.id} (${momentWords(record.at)}, ${oneLine(record.actor_name)}, ${oneLine(record.action)})`
}

export const countWords = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`
