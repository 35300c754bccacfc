import {
  formatCount,
  formatDate,
  formatFullDateTime,
  formatList,
  formatMonth,
  formatOf,
  formatShare,
  plural,
} from '../../components/format.ts'
import type { Report, Standing } from './document.ts'
import { tellYear, type YearWords } from './tell-year.ts'

/** A number of the report with its name and what it means, as the sheet, the PDF and the mail say it. */
export interface Figure {
  label: string
  value: string
  text: string
}

/** Rows of text under a head; `isNumber` says which columns stand at the right. */
export interface ReportTable {
  title: string
  lead: string
  head: string[]
  rows: string[][]
  isNumber: boolean[]
}

/** All that a report says, in the words in which every form of it says it. */
export interface ReportWords {
  client: string
  /** "looked after by Northfold IT", which follows the name of the client. */
  by: string
  /** "Monthly report, October 2026". */
  kicker: string
  extent: string
  title: string
  /** At most three sentences that a board understands. */
  lead: string
  figures: Figure[]
  year: YearWords
  tables: ReportTable[]
  howCountedTitle: string
  howCounted: string
}

/** No year of a report: its own is always written out, since it is read in later ones. */
const anotherYear = 0

/** Above this share of protected computers a month is called good, and below the second one it is said to need work. */
const goodShare = 0.95
const fairShare = 0.8

/** What a report says. Pure: the same document gives the same words for ever. */
export function tellReport(report: Report): ReportWords {
  const { computers, month } = report
  return {
    client: report.client.name,
    by: `looked after by ${report.msp.name}`,
    kicker: `Monthly report, ${formatMonth(month)}`,
    extent: plural(computers.all, 'computer', 'computers'),
    title: titleOf(report),
    lead:
      computers.all === 0
        ? emptyLead(report)
        : [standSentence(report), ...whySentences(computers), backSentence(report)].join(' '),
    figures: computers.all === 0 ? [] : [protectedFigure(report), waitFigure(report), backFigure(report)],
    year: tellYear(report),
    tables: [
      ...standingTable(report),
      ...askTable(computers),
      ...waitTable(report),
      ...backTable(report),
      ...exceptionTable(report),
      ...changeTable(report),
    ],
    howCountedTitle: 'How we counted',
    howCounted: howCounted(report),
  }
}

function titleOf({ computers: { all, protected: good }, month }: Report): string {
  const name = formatMonth(month, 'long')
  if (all === 0) return `No computer was looked after in ${name}`
  if (good === all || good / all >= goodShare) return `Your computers were well protected in ${name}`
  return good / all >= fairShare
    ? `Most of your computers were protected in ${name}`
    : `Your computers need attention after ${name}`
}

const emptyLead = ({ msp }: Report) => `${msp.name} had no computer of yours to look after when the month ended.`

function standSentence({ computers: { all, protected: good } }: Report): string {
  if (good === all)
    return all === 1
      ? 'At the end of the month your computer had every important update that was due.'
      : `At the end of the month all your ${formatCount(all)} computers had every important update that was due.`
  return `At the end of the month, ${good === 0 ? 'none' : formatCount(good)} of your ${plural(all, 'computer', 'computers')} had every important update that was due.`
}

/** One sentence for all that were not protected; nothing where all were. */
function whySentences({ late, held, excepted, waitForRestart, noData }: Standing): string[] {
  const parts = [
    ...(late > 0 ? [`${plural(late, 'lacks', 'lack')} one that is past its due date`] : []),
    ...(held > 0 ? [`for ${formatCount(held)} it was stopped on purpose`] : []),
    ...(excepted > 0 ? [`${plural(excepted, 'goes', 'go')} without one by an exception that was agreed on`] : []),
    ...(waitForRestart > 0 ? [`${plural(waitForRestart, 'waits', 'wait')} for a restart`] : []),
    ...(noData > 0 ? [`${plural(noData, 'has', 'have')} not been heard of for three days or more`] : []),
  ]
  return parts.length === 0 ? [] : [`${upperFirst(formatList(parts, parts.length))}.`]
}

function backSentence({ takenBack, updates }: Report): string {
  if (takenBack.length > 0)
    return `${plural(takenBack.length, 'faulty update was', 'faulty updates were')} stopped and taken back.`
  return updates.installed === 0
    ? 'No update was installed in this month.'
    : `${plural(updates.installed, 'update was', 'updates were')} installed, and none had to be taken back.`
}

function protectedFigure({ computers: { all, protected: good }, before }: Report): Figure {
  const last = before.at(-1)
  const earlier =
    last && last.all > 0
      ? ` It was ${formatShare(last.protected / last.all)} in ${formatMonth(last.month, 'long')}.`
      : ''
  return {
    label: 'Protected',
    value: formatShare(good / all),
    text: `${formatOf(good, all)} computers had every important update that was due.${earlier}`,
  }
}

function waitFigure({ updates: { medianDays, p95Days } }: Report): Figure {
  if (medianDays === null || p95Days === null)
    return { label: 'Typical wait', value: '–', text: 'No update was installed in this month.' }
  return {
    label: 'Typical wait',
    value: dayWords(medianDays),
    text: `Half of all updates were on your computers within ${dayWords(medianDays)} of their release, and 95 of 100 within ${dayWords(p95Days)}.`,
  }
}

function backFigure({ takenBack, updates: { installed } }: Report): Figure {
  const count = takenBack.reduce((sum, one) => sum + one.computers, 0)
  const spared = takenBack.reduce((sum, one) => sum + one.spared, 0)
  return {
    label: 'Taken back',
    value: formatOf(count, installed + count),
    text:
      count === 0
        ? 'No update that was installed caused trouble.'
        : `Updates that caused trouble were undone.${spared > 0 ? ` ${plural(spared, 'computer', 'computers')} never got them.` : ''}`,
  }
}

function standingTable({ computers, standsAt, to }: Report): ReportTable[] {
  const { all, protected: good, late, held, excepted, waitForRestart, noData } = computers
  if (all === 0) return []
  const rows: [string, number, string][] = [
    ['Protected', good, 'Every important update that was due is installed.'],
    ['Past due', late, 'An important update is past its due date.'],
    ['Held', held, 'Past due, because the update was found faulty or a person stopped it.'],
    ['Excepted', excepted, 'Past due, because it was agreed on that the update stays off for a time.'],
    ['Waiting for a restart', waitForRestart, 'The update is installed and works after the next restart.'],
    ['No data', noData, 'Not heard of for three days: nobody knows how they stand.'],
    ['All', all, 'Nobody is left out.'],
  ]
  return [
    {
      title: 'How your computers stood',
      lead: `${standsAt === to ? 'At the end of the month' : 'When this was counted'}; each computer in one line.`,
      head: ['Standing', 'Computers', 'What it means'],
      rows: rows.map(([name, count, meaning]) => [name, formatCount(count), meaning]),
      isNumber: [false, true, false],
    },
  ]
}

/** What only the client can do about the computers that are not protected; nothing where there is nothing. */
function askTable({ waitForRestart, noData }: Standing): ReportTable[] {
  const rows = [
    ...(noData > 0
      ? [
          [
            `Tell us whether ${noData === 1 ? 'this computer is' : `these ${formatCount(noData)} computers are`} still in use.`,
            noData === 1
              ? 'Nobody has heard of it for three days or more. If it is gone it is taken off, else we look for it.'
              : 'Nobody has heard of them for three days or more. Those that are gone are taken off, the others are looked for.',
          ],
        ]
      : []),
    ...(waitForRestart > 0
      ? [
          [
            `Let ${plural(waitForRestart, 'computer', 'computers')} restart.`,
            'An update is installed there and protects only after a restart. Leaving them on over night is enough where a restart is planned.',
          ],
        ]
      : []),
  ]
  if (rows.length === 0) return []
  return [
    {
      title: 'What we ask of you',
      lead: 'This we cannot do without you.',
      head: ['What', 'Why'],
      rows,
      isNumber: [false, false],
    },
  ]
}

/** What was kept off by an exception, with what protects meanwhile; nothing where there was none. */
function exceptionTable({ exceptions }: Report): ReportTable[] {
  if (exceptions.length === 0) return []
  return [
    {
      title: 'Kept off on purpose',
      lead: 'Updates that stay off for a time, as both sides agreed, and what protects meanwhile.',
      head: ['Update', 'Where', 'Instead', 'Until'],
      rows: exceptions.map((one) => [
        one.patch,
        one.reach,
        one.measure,
        one.isInForce ? `${sayDay(one.lastDay)}, by ${one.owner}` : 'It is over',
      ]),
      isNumber: [false, false, false, false],
    },
  ]
}

/** A day of the client's zone, with its year. */
const sayDay = (day: string) => formatDate(new Date(`${day}T12:00:00Z`), 'UTC', anotherYear)

/** What is otherwise than a month before; nothing where nobody knows. */
function changeTable({ changes, restarts, computers, before, month }: Report): ReportTable[] {
  const last = before.at(-1)
  const rows = [
    ...(changes
      ? [
          ['Computers that came', formatCount(changes.came)],
          ['Computers that left', formatCount(changes.left)],
        ]
      : []),
    ...(last
      ? [
          [`Protected in ${formatMonth(last.month, 'long')}`, formatOf(last.protected, last.all)],
          [`Protected in ${formatMonth(month, 'long')}`, formatOf(computers.protected, computers.all)],
        ]
      : []),
    ...(restarts
      ? [
          [
            'Restarts that updates asked for',
            restarts.done === 0
              ? '0'
              : `${formatCount(restarts.done)} on ${plural(restarts.computers, 'computer', 'computers')}`,
          ],
        ]
      : []),
  ]
  if (rows.length === 0 || (computers.all === 0 && !changes?.left)) return []
  return [
    {
      title: 'What changed',
      lead: 'Against the end of the month before, and what your people noticed of it.',
      head: ['What', 'Number'],
      rows,
      isNumber: [false, true],
    },
  ]
}

function waitTable({ updates }: Report): ReportTable[] {
  if (updates.bySeverity.length === 0) return []
  return [
    {
      title: 'How long updates took',
      lead: `From release to the proof on the computer. ${trySentences(updates)}`,
      head: ['Severity', 'Updates', 'Half within', '95 of 100 within'],
      rows: updates.bySeverity.map((one) => [
        upperFirst(one.severity),
        formatCount(one.installed),
        dayWords(one.medianDays),
        dayWords(one.p95Days),
      ]),
      isNumber: [false, true, true, true],
    },
  ]
}

function trySentences({ firstTries, firstTriesProved, withDueDate, inTime }: Report['updates']): string {
  const due = withDueDate > 0 ? `${formatOf(inTime, withDueDate)} with a due date came in time. ` : ''
  return `${due}${formatOf(firstTriesProved, firstTries)} attempts worked at the first try.`
}

function backTable({ takenBack }: Report): ReportTable[] {
  if (takenBack.length === 0) return []
  return [
    {
      title: 'Taken back',
      lead: 'Updates that caused trouble, and how far they came.',
      head: ['Update', 'Undone on', 'Never reached', 'Why'],
      rows: takenBack.map((one) => [one.patch, formatCount(one.computers), formatCount(one.spared), one.reason]),
      isNumber: [false, true, true, false],
    },
  ]
}

function howCounted({ computers, silent, client, countedAt, policy, asks }: Report): string {
  const at = new Date(countedAt)
  const line = `Each of ${plural(computers.all, 'computer', 'computers')} stands in one line, nobody left out. `
  const away = silent > 0 ? `${plural(silent, 'computer was', 'computers were')} silent at that moment. ` : ''
  return `${computers.all > 0 ? line : ''}${away}Important means an update with a due date; ${formatList(asks, asks.length)} ${asks.length === 1 ? 'asks' : 'ask'} for these. Counted ${formatFullDateTime(at, client.timeZone, anotherYear)}, ${client.timeZone}, under policy version ${policy}; frozen since, and does not change afterwards.`
}

/** Days as people say them: "4 days", "less than a day". */
export function dayWords(days: number): string {
  return days < 1 ? 'less than a day' : plural(Math.round(days), 'day', 'days')
}

const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
