import type { Report } from '../reports/document.ts'

/** What the rows of a number are, which says what their list shows. */
export type RowKind = 'standing' | 'computer' | 'install' | 'try' | 'undone' | 'spared'

/** One number of a report: by what it is counted, and where its rows are. */
export interface ReportNumber {
  name: string
  /** How it is reckoned, as somebody who checks it wants to read it. */
  formula: string
  kind: RowKind
  /** What is frozen; null where nobody kept it. */
  of: (report: Report) => number | null
}

const number = (name: string, kind: RowKind, of: ReportNumber['of'], formula: string): ReportNumber => ({
  ...{ name, kind, of, formula },
})
const atEnd = 'by the last word on each computer before the month ended'
const proved = 'Updates that Patchward installed and that a new look at the computer proved in the month'

/** Each number that is a count of rows, by its name in an address, in the order in which a report says them. */
export const reportNumbers = {
  computers: number(
    'Computers',
    'standing',
    ({ computers }) => computers.all,
    `All that belonged to the client when the month ended, ${atEnd}. Each is in exactly one of the six that follow.`,
  ),
  protected: number(
    'Protected',
    'standing',
    ({ computers }) => computers.protected,
    'No update past its due date, no restart pending, and looked at within 72 hours.',
  ),
  late: number(
    'Past due',
    'standing',
    ({ computers }) => computers.late,
    'At least one update past its due date that neither a hold nor an exception keeps off.',
  ),
  held: number(
    'Held',
    'standing',
    ({ computers }) => computers.held,
    'Past due, and every such update is on hold: it was found faulty, or a person stopped it.',
  ),
  excepted: number(
    'Excepted',
    'standing',
    ({ computers }) => computers.excepted,
    'Past due, and every such update is on hold or kept off by an exception, at least one by an exception.',
  ),
  'wait-for-restart': number(
    'Waiting for a restart',
    'standing',
    ({ computers }) => computers.waitForRestart,
    'Nothing past due, and an update that is installed works only after a restart.',
  ),
  'no-data': number(
    'No data',
    'standing',
    ({ computers }) => computers.noData,
    'Not heard of, or not looked at, for 72 hours. Never counted as protected.',
  ),
  silent: number(
    'Silent',
    'standing',
    ({ silent }) => silent,
    'Of all computers, those that missed three check-ins: they stand in one of the six as well.',
  ),
  came: number(
    'Came',
    'computer',
    ({ changes }) => changes?.came ?? null,
    'There when the month ended, and not when it began.',
  ),
  left: number(
    'Left',
    'computer',
    ({ changes }) => changes?.left ?? null,
    'There when the month began, and not when it ended: retired, or moved to another client.',
  ),
  restarts: number(
    'Restarts',
    'computer',
    ({ restarts }) => restarts?.done ?? null,
    'Times at which a computer that waited for a restart waited no more, in the month.',
  ),
  'restarted-computers': number(
    'Computers restarted',
    'computer',
    ({ restarts }) => restarts?.computers ?? null,
    'The computers of these restarts, each once; the time is that of its last one.',
  ),
  installed: number(
    'Updates installed',
    'install',
    ({ updates }) => updates.installed,
    `${proved}, without those taken back in the same month. One is one update on one computer.`,
  ),
  'updated-computers': number(
    'Computers updated',
    'computer',
    ({ updates }) => updates.computers,
    'The computers of these updates, each once; the time is that of its last one.',
  ),
  'with-due-date': number(
    'With a due date',
    'install',
    ({ updates }) => updates.withDueDate,
    'Of the updates installed, those that a rule pack or the policy set a date for.',
  ),
  'in-time': number(
    'In time',
    'install',
    ({ updates }) => updates.inTime,
    'Of those with a due date, the ones proved by then.',
  ),
  'first-tries': number(
    'First tries',
    'try',
    ({ updates }) => updates.firstTries,
    'First attempts at one update on one computer that ended in the month, however they ended.',
  ),
  'first-tries-proved': number(
    'First tries that worked',
    'try',
    ({ updates }) => updates.firstTriesProved,
    'Of the first tries, those that ended with the proof. A later try that works does not count.',
  ),
  'taken-back': number(
    'Taken back',
    'undone',
    ({ takenBack }) => takenBack.reduce((sum, one) => sum + one.computers, 0),
    'Updates that were installed on a computer and undone there in the month.',
  ),
  spared: number(
    'Never reached',
    'spared',
    ({ takenBack }) => takenBack.reduce((sum, one) => sum + one.spared, 0),
    'Where the same rollouts would have brought an update that was taken back, had they not been stopped.',
  ),
} satisfies Record<string, ReportNumber>

export type NumberName = keyof typeof reportNumbers
// The very keys of the object above, of which there is at least one.
export const numberNames = Object.keys(reportNumbers) as [NumberName, ...NumberName[]]

/** The numbers that are no count: shares of two counts, and places in an ordered list. */
export interface ReckonedNumber {
  id: 'share' | 'median' | 'p95'
  name: string
  formula: string
  /** Whose rows decide it. */
  rows: NumberName
}
export const reckonedNumbers: readonly ReckonedNumber[] = [
  {
    id: 'share',
    name: 'Share protected',
    formula: 'Protected divided by all computers, to one decimal.',
    rows: 'protected',
  },
  {
    id: 'median',
    name: 'Typical wait',
    formula:
      'Days from release, or from first sight where no release is known, to the proof: of the updates installed in that order, the one in the middle (nearest rank, 50 of 100).',
    rows: 'installed',
  },
  {
    id: 'p95',
    name: '95 of 100 within',
    formula: 'The same at the place that 95 of 100 do not exceed (nearest rank). By severity: of those rows alone.',
    rows: 'installed',
  },
]
