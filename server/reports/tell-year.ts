import { formatList, formatMonth, formatShare } from '../../components/format.ts'
import type { Report } from './document.ts'
import { yearUpTo } from './months.ts'

/** A month on the axis of the chart. */
export interface YearPoint {
  month: string
  /** "Oct". */
  label: string
  /** Null where the month has no report, or the client had no computer in it. */
  share: number | null
  /** "96.9 %", or a dash where there is no share. */
  value: string
}

/** What the chart of the last twelve months says; `text` is all its numbers in words, for who does not see it. */
export interface YearWords {
  title: string
  lead: string
  points: YearPoint[]
  text: string
}

/** The twelve months that end with the report's own: each has its place, so that a month without a report is seen as a gap. */
export function tellYear({ before, computers, month }: Report): YearWords {
  const known = new Map([...before, { month, ...computers }].map((one) => [one.month, one]))
  const points = yearUpTo(month).map((each): YearPoint => {
    const one = known.get(each)
    const share = one && one.all > 0 ? one.protected / one.all : null
    return { month: each, label: formatMonth(each, 'short'), share, value: share === null ? '–' : formatShare(share) }
  })
  const told = points
    .filter((point) => point.share !== null)
    .map((point) => `${formatMonth(point.month)} ${point.value}`)
  return {
    title: 'Twelve months',
    lead: 'Share of your computers that were protected at the end of each month.',
    points,
    text: told.length === 0 ? 'No month has a number yet.' : `${formatList(told, told.length)}.`,
  }
}
