import type { PermitDenial } from '../../agent/wire/door.ts'
import type { OrderVerb, RefusalCode } from '../../agent/wire/order.ts'
import type { ProbeRead, Report, SetOutcome, SetReport } from '../../agent/wire/report.ts'
import { formatCount, formatList, formatTime, plural } from '../../components/format.ts'
import { type Explanation, explainFault } from './explain-fault.ts'

export type HistoryMark =
  | 'event'
  | 'staged'
  | 'installing'
  | 'installed'
  | 'failed'
  | 'rolled-back'
  | 'missed-window'
  | 'asking'

/** One line of a device's history. All texts may hold what a device said: plain text, never markup. */
export interface HistoryEvent {
  key: string
  at: Date
  mark: HistoryMark
  sentence: string
  detail: string
  /** Code of a refusal, as machines know it. */
  code: string | null
  proof: { label: string; value: string; isMono: boolean; note: string }[]
  explanation: Explanation | null
  /** Tail of the raw output of the package manager. */
  output: string
  /** The signed report itself, where it is the proof of something. */
  record: string
  /** What failed here and may be tried again by name. */
  patchIds: string[]
}

/** A stored report with what the server knows about its order. */
export interface ToldReport {
  report: Report
  signature: string
  receivedAt: Date
  verb: OrderVerb | null
  rolloutId: string | null
}
export interface ToldEvent {
  id: number
  at: Date
  kind: string
  summary: string
  detail: Record<string, unknown>
}
export interface HistoryInput {
  /** Oldest first. */
  reports: readonly ToldReport[]
  events: readonly ToldEvent[]
  /** Patches of an update set in a rollout: name and version, key `rolloutId setKey`. */
  sets: ReadonlyMap<string, { patchId: string; name: string }[]>
  /** The device's own zone. */
  zone: string
}

export const refusalWords: Record<RefusalCode, string> = {
  'too-many-bytes': 'it is larger than a device reads',
  malformed: 'it is not written as agreed',
  'unknown-verb': 'it asks for something this agent does not do',
  'bad-signature': 'it is not signed with our key',
  'wrong-device': 'it is made out to another device',
  expired: 'it came after its last date',
  replayed: 'it was used before',
  'from-version': 'the device no longer has the version it starts from',
  'exceeds-order': 'the package manager would change more than it names',
}
const denialWords: Record<PermitDenial, string> = {
  paused: 'the rollout, or every change of the company, is paused',
  stopped: 'the rollout has stopped',
  superseded: 'a later decision took its place',
  'window-closed': 'its window is closed',
  'not-enough-time': 'too little of the window is left',
  expired: 'its last date went by',
  'no-evaluator': 'the worker does not answer, so nothing starts ungated',
  'device-cap': 'as many devices as may in one hour have started',
  'unknown-order': 'the order is not known here',
}
const verbWords: Record<OrderVerb, string> = {
  stage: 'Stage packages',
  scan: 'Scan',
  install: 'Install',
  rollback: 'Roll back',
  healthcheck: 'Run the probes',
  cancel: 'Cancel an order',
}

/** Steps on the way: told only while nothing came after them in the same order. */
const stepStates = new Set(['accepted', 'staging', 'waiting', 'permitted', 'installing'])

/** A device may send as much as it likes: lines that are told, and of those the ones with all that is known of them. */
export const mostLines = 400
const mostDetailed = 30
const mostRecordCharacters = 64_000

/** What a line shows when it is opened, made only for the newest. */
type Details = Pick<HistoryEvent, 'proof' | 'explanation' | 'output' | 'record'>
interface Telling extends HistoryInput {
  seen: Set<string>
  /** By the key of the line. */
  details: Map<string, () => Details>
}

/** The history in sentences, newest first, at most `mostLines`. */
export function tellHistory(input: HistoryInput): HistoryEvent[] {
  const last = new Map(input.reports.map((told) => [told.report.orderId, told.report.seq]))
  const telling: Telling = { ...input, seen: new Set(), details: new Map() }
  const told = input.reports.flatMap((one) => {
    const { report } = one
    const isStep = stepStates.has(report.state) && report.sets.length === 0 && last.get(report.orderId) !== report.seq
    return isStep ? [] : tellReport(one, telling)
  })
  const events = input.events.filter((event) => event.kind !== 'permitted').map(tellEvent)
  let detailed = 0
  return [...told, ...events]
    .sort((a, b) => b.at.getTime() - a.at.getTime() || compareKeys(b.key, a.key))
    .slice(0, mostLines)
    .map((event) => {
      const tell = telling.details.get(event.key)
      return tell && ++detailed <= mostDetailed ? { ...event, ...tell() } : event
    })
}

const keyOrder = new Intl.Collator('en', { numeric: true })
const compareKeys = keyOrder.compare

function tellReport(told: ToldReport, input: Telling): HistoryEvent[] {
  const { report } = told
  const base = blank(`r${report.seq}`, new Date(report.at))
  const failedProbes = report.probes.filter((probe) => !probe.isPassed && probe.phase !== 'baseline')
  switch (report.state) {
    case 'refused': {
      const code = report.refusal?.code ?? 'malformed'
      const detail = report.refusal?.detail ?? report.summary
      return [{ ...base, mark: 'failed', sentence: `Order refused: ${refusalWords[code]}`, detail, code }]
    }
    case 'expired':
      return [{ ...base, mark: 'missed-window', sentence: 'Order expired', detail: report.summary }]
    case 'rolling-back': {
      const names = [...new Set(failedProbes.map((probe) => probe.name))]
      const sentence = names.length > 0 ? `Probe failed: ${formatList(names)}` : 'Rollback started'
      return [{ ...base, mark: names.length > 0 ? 'failed' : 'rolled-back', sentence, detail: report.summary }]
    }
    case 'released': {
      const stays = report.sets.filter((set) => isIn(set.outcome))
      const names = stays.flatMap((set) => namesOf(told, set, input))
      return [
        {
          ...base,
          mark: 'installed',
          sentence:
            names.length > 0 ? `Soak over, ${formatList(names)} ${names.length > 1 ? 'stay' : 'stays'}` : 'Soak over',
          detail: probesLine(report.probes),
        },
      ]
    }
    case 'done':
      return [
        {
          ...base,
          mark: failedProbes.length > 0 ? 'failed' : told.verb === 'scan' ? 'event' : 'installed',
          sentence: told.verb === 'scan' ? 'Scanned' : failedProbes.length > 0 ? 'Probes failed' : 'Order done',
          detail: report.summary,
        },
      ]
    default:
  }
  const sets = report.sets.filter((set) => {
    const key = `${report.orderId} ${set.key} ${set.outcome}`
    return set.outcome !== 'not-started' && !input.seen.has(key) && input.seen.add(key)
  })
  if (sets.length > 0) return tellSets(told, sets, input)
  if (report.sets.length > 0 && stepStates.has(report.state) === false) return []
  return [{ ...base, mark: stepMarks[report.state] ?? 'event', sentence: stepWords(told), detail: report.summary }]
}

const stepMarks: Partial<Record<string, HistoryMark>> = {
  installing: 'installing',
  permitted: 'installing',
  failed: 'failed',
}

function stepWords({ report, verb }: ToldReport): string {
  const what = verb ? verbWords[verb] : 'Order'
  const words: Partial<Record<Report['state'], string>> = {
    accepted: `Order accepted: ${what.toLowerCase()}`,
    staging: 'Fetches the packages',
    waiting: 'Waits for its start',
    permitted: 'Start permitted',
    installing: 'Install started',
    overtaken: 'A newer order took its place',
    cancelled: 'Order cancelled',
  }
  return words[report.state] ?? `${what}: ${report.state.replaceAll('-', ' ')}`
}

const isIn = (outcome: SetOutcome) => outcome === 'installed' || outcome === 'already-installed'

/** One line for all that went well together; one each for what did not. */
function tellSets(told: ToldReport, sets: SetReport[], input: Telling): HistoryEvent[] {
  const base = (key: string) => blank(`r${told.report.seq}-${key}`, new Date(told.report.at))
  const good = sets.filter((set) => isIn(set.outcome) || set.outcome === 'staged')
  const lines = sets
    .filter((set) => !good.includes(set))
    .map((set, index) => tellBadSet(told, set, base(`${index + 1}`), input))
  if (good.length === 0) return lines
  const names = good.flatMap((set) => namesOf(told, set, input))
  const isStaged = good.every((set) => set.outcome === 'staged')
  const read = good.flatMap((set) => set.versions.map((version) => `${version.name} ${version.after ?? 'removed'}`))
  const details = isStaged
    ? [told.report.summary]
    : [read.length > 0 ? `Read back: ${formatList(read, 6)}.` : '', probesLine(told.report.probes)]
  lines.push({
    ...base('0'),
    mark: isStaged ? 'staged' : 'installed',
    sentence: `${formatList(names)} ${isStaged ? 'staged' : 'installed'}`,
    detail: details.filter((text) => text !== '').join(' '),
  })
  return lines
}

const badWords: Partial<Record<SetOutcome, { mark: HistoryMark; word: string }>> = {
  failed: { mark: 'failed', word: 'failed' },
  'rolled-back': { mark: 'rolled-back', word: 'rolled back, proved by re-scan' },
  'rollback-failed': { mark: 'failed', word: 'could not be rolled back' },
  vanished: { mark: 'missed-window', word: 'vanished from its source' },
  overtaken: { mark: 'event', word: 'overtaken: something else changed it' },
}

function tellBadSet(told: ToldReport, set: SetReport, base: HistoryEvent, input: Telling): HistoryEvent {
  const { mark, word } = badWords[set.outcome] ?? { mark: 'event' as const, word: set.outcome }
  const isFault = mark === 'failed' || (mark === 'rolled-back' && set.reason !== '')
  const isProved = set.outcome === 'rolled-back'
  input.details.set(base.key, () => ({
    proof: isProved ? proofOf(told, set, input) : [],
    explanation: isFault ? explainFault(set.reason, set.output) : null,
    output: isFault ? set.output : '',
    record: isProved ? recordOf(told) : '',
  }))
  return {
    ...base,
    mark,
    sentence: `${formatList(namesOf(told, set, input))} ${word}`,
    detail: set.reason || (isProved ? 'Taken back by order.' : told.report.summary),
    patchIds: isFault ? patchesOf(told, set, input).map((patch) => patch.patchId) : [],
  }
}

/** The signed report as it is kept; one that is too large for a page is kept all the same. */
function recordOf({ report, signature }: ToldReport): string {
  const text = JSON.stringify({ report, signature }, null, 2)
  return text.length > mostRecordCharacters ? '' : text
}

function patchesOf(told: ToldReport, set: SetReport, { sets }: HistoryInput) {
  return told.rolloutId ? (sets.get(`${told.rolloutId} ${set.key}`) ?? []) : []
}

/** "lab-svc 3.0" as planned, else the packages as the device read them. */
function namesOf(told: ToldReport, set: SetReport, input: HistoryInput): string[] {
  const planned = patchesOf(told, set, input).map((patch) => patch.name)
  if (planned.length > 0) return planned
  const read = set.versions.map((version) => version.name)
  return read.length > 0 ? read : ['An update set']
}

/** Version before, after install, after rollback; reboot; probes with their times; the signed record. */
function proofOf(told: ToldReport, set: SetReport, input: HistoryInput): HistoryEvent['proof'] {
  const same = input.reports.filter(
    (one) => one.rolloutId === told.rolloutId && one.report.seq <= told.report.seq && one.rolloutId !== null,
  )
  const install = same
    .filter((one) => one.verb === 'install')
    .flatMap((one) => one.report.sets)
    .findLast((one) => one.key === set.key && isIn(one.outcome))
  const before =
    install?.versions.map((version) => version.before) ??
    (told.verb === 'rollback' ? [] : set.versions.map((version) => version.before))
  const between =
    install?.versions.map((version) => version.after) ??
    (told.verb === 'rollback' ? set.versions.map((version) => version.before) : [])
  const after = set.versions.map((version) => version.after)
  const say = (versions: (string | null)[]) => versions.map((version) => version ?? 'not installed').join(', ')
  const isSame = before.length > 0 && say(before) === say(after)
  const line = (label: string, value: string, isMono = false, note = '') => ({ label, value, isMono, note })
  const probes = probeTimes(same.length > 0 ? same.flatMap((one) => one.report.probes) : told.report.probes, input.zone)
  return [
    ...(before.length > 0 ? [line('Before', say(before), true)] : []),
    line('After install', between.length > 0 ? say(between) : 'did not go in whole', between.length > 0),
    ...(after.length > 0 ? [line('After rollback', say(after), true, isSame ? 'same as before' : '')] : []),
    line('Reboot', told.report.isRebootPending ? 'pending' : 'none needed'),
    ...probes.map(({ name, words }) => line(name, words)),
    line('Result', `signed by the device, record ${formatCount(told.report.seq)}`),
  ]
}

const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Each probe as its changes: "passed 21:58, failed 23:51, passed 00:31"; of each run the moment nearest to the failure. */
function probeTimes(reads: readonly ProbeRead[], zone: string): { name: string; words: string }[] {
  const byName = new Map<string, ProbeRead[]>()
  for (const read of [...reads].sort((a, b) => compareTexts(a.at, b.at))) {
    const same = byName.get(read.name)
    if (same) same.push(read)
    else byName.set(read.name, [read])
  }
  return [...byName].slice(0, 8).map(([name, all]) => {
    const runs: ProbeRead[] = []
    for (const read of all) {
      const current = runs.at(-1)
      if (current?.isPassed !== read.isPassed) runs.push(read)
      else if (read.isPassed) runs[runs.length - 1] = read
    }
    const words = runs
      .slice(-5)
      .map((read) => `${read.isPassed ? 'passed' : 'failed'} ${formatTime(new Date(read.at), zone)}`)
    return { name, words: words.join(', ') }
  })
}

function probesLine(probes: readonly ProbeRead[]): string {
  const newest = new Map(probes.filter((probe) => probe.phase !== 'baseline').map((probe) => [probe.name, probe]))
  if (newest.size === 0) return ''
  const failed = [...newest.values()].filter((probe) => !probe.isPassed)
  if (failed.length === 0) return `${plural(newest.size, 'probe', 'probes')} passed.`
  return `${formatList(failed.map((probe) => probe.name))} failed.`
}

function tellEvent(event: ToldEvent): HistoryEvent {
  const base = blank(`e${event.id}`, event.at)
  const denial = /^Start not permitted: ([a-z-]+)$/.exec(event.summary)?.[1]
  const patches = Array.isArray(event.detail.patches) ? event.detail.patches.map(String) : []
  switch (event.kind) {
    case 'enrolled':
      return { ...base, sentence: 'Enrolled', detail: event.summary }
    case 'unknown-order':
      return { ...base, mark: 'asking', sentence: 'Reported about an order that is not its own', detail: event.summary }
    case 'chain-broken':
      return { ...base, mark: 'asking', sentence: 'Its chain of reports broke', detail: event.summary }
    case 'root-refused':
      return { ...base, mark: 'asking', sentence: event.summary }
    case 'permit-denied': {
      const why = Object.entries(denialWords).find(([code]) => code === denial)?.[1]
      return {
        ...base,
        mark: 'missed-window',
        sentence: 'Start not permitted',
        detail: why ? `Because ${why}.` : event.summary,
        code: denial ?? null,
      }
    }
    default:
      return { ...base, sentence: event.summary, detail: patches.length > 0 ? `${formatList(patches)}.` : '' }
  }
}

function blank(key: string, at: Date): HistoryEvent {
  return {
    key,
    at,
    mark: 'event',
    sentence: '',
    detail: '',
    code: null,
    proof: [],
    explanation: null,
    output: '',
    record: '',
    patchIds: [],
  }
}
