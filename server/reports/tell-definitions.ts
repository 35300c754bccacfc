import { formatCount, formatShare } from '../../components/format.ts'
import { type NumberName, numberNames, reckonedNumbers, reportNumbers } from '../report-rows/rules.ts'
import type { Report } from './document.ts'
import { dayWords } from './tell-report.ts'

/** One number of a report: its name, what it is in this one, its formula, and whose rows are behind it. */
export interface DefinitionWords {
  name: string
  value: string
  formula: string
  rows: NumberName
}

/** Each number of a report with its formula: counts first, then what is reckoned of them. Pure. */
export function tellDefinitions(report: Report): DefinitionWords[] {
  const counts = numberNames.map((rows) => {
    const { name, formula, of } = reportNumbers[rows]
    const count = of(report)
    return { name, formula, rows, value: count === null ? 'Not kept' : formatCount(count) }
  })
  const { computers, updates } = report
  const days = (count: number | null) => (count === null ? '–' : dayWords(count))
  const values = {
    share: computers.all === 0 ? '–' : formatShare(computers.protected / computers.all),
    median: days(updates.medianDays),
    p95: days(updates.p95Days),
  }
  return [...counts, ...reckonedNumbers.map(({ id, ...number }) => ({ ...number, value: values[id] }))]
}
