import { formatCount, formatOf, plural } from '../../components/format.ts'
import type { Report } from './document.ts'
import { type EvidenceKind, type Requirement, requirements } from './requirements.ts'
import { dayWords } from './tell-report.ts'

/** What a report has to say to one requirement. */
export interface EvidenceWords {
  id: string
  name: string
  section: string
  asks: string
  source: string
  proofs: { kind: EvidenceKind; text: string }[]
  /** What keeps it from saying more; empty where nothing does. */
  limit: string
}

/** What a month's numbers support, requirement by requirement. Pure. It says what was, never that a requirement is met: that is for whoever audits. */
export function tellEvidence(report: Report, contentHash: string): EvidenceWords[] {
  return requirements.map(({ shows, pack, ...requirement }) => ({
    ...requirement,
    proofs: shows.map((kind) => ({ kind, text: sayings[kind](report, contentHash) })),
    limit: sayLimit(report, pack),
  }))
}

const sayings: Record<EvidenceKind, (report: Report, contentHash: string) => string> = {
  standing: ({ computers: { all, protected: good, late, held, excepted, waitForRestart, noData } }) =>
    all === 0
      ? 'No computer was looked after at the end of the month.'
      : `${formatOf(good, all)} computers had every update that was due at the end of the month. Of the others ${formatCount(late)} were past due, ${formatCount(held)} held, ${formatCount(excepted)} excepted, ${formatCount(waitForRestart)} waiting for a restart, ${formatCount(noData)} without data.`,
  'in-time': ({ updates: { withDueDate, inTime } }) =>
    withDueDate === 0
      ? 'No update with a due date was installed in the month.'
      : `${formatOf(inTime, withDueDate)} updates with a due date were proved on the computer by that date.`,
  'time-taken': ({ updates: { installed, medianDays, p95Days } }) =>
    medianDays === null || p95Days === null
      ? 'No update was installed in the month.'
      : `${plural(installed, 'update was', 'updates were')} installed and proved by a new look at the computer: half within ${dayWords(medianDays)} of their release, 95 of 100 within ${dayWords(p95Days)}.`,
  'taken-back': ({ takenBack }) =>
    takenBack.length === 0
      ? 'Each update went to a few computers first and was watched there; none had to be taken back.'
      : `Each update went to a few computers first and was watched there; ${plural(takenBack.length, 'one that caused trouble was', 'that caused trouble were')} taken back on ${plural(
          takenBack.reduce((sum, one) => sum + one.computers, 0),
          'computer',
          'computers',
        )}.`,
  frozen: ({ countedAt }, contentHash) =>
    `The numbers were frozen when they were counted (${countedAt.slice(0, 10)}) and have not changed since: SHA-256 ${contentHash}.`,
}

function sayLimit({ asks }: Report, pack: Requirement['pack']): string {
  if (!pack || asks.some((one) => one.startsWith(pack))) return ''
  return `${pack} was not among what asked for due dates at this client: its dates are those of ${asks.join(', ')}.`
}
