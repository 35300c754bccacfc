import {
  formatCount,
  formatDateTime,
  formatDuration,
  formatFullDateTime,
  formatOf,
  formatPercent,
  formatTime,
  formatTimeWithSeconds,
  formatWorkingDuration,
  plural,
} from '@/components/format'
import { type Axis, buildAxis, placeOnAxis } from '@/components/lane-scale'
import type { Lane, LanePhase } from '@/components/lane-types'
import type { MarkState } from '@/components/mark-state'
import { openingWords } from './evidence-words'
import type { Ring, Rollout } from './view-types'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export interface LaneBoard {
  lanes: Lane[]
  axis: Axis
  now?: { atMs: number; label: string }
  due?: { atMs: number; label: string; detail?: string }
  leftOut: string[]
}

/** The rings of a rollout as lanes on one axis. `nowMs` stands still while the rollout is paused. Pure. */
export function ringLanes(rollout: Rollout, nowMs: number): LaneBoard {
  const { client, state, stop } = rollout
  const zone = client.timeZone
  const rings = rollout.rings.filter((ring) => ring.phase !== 'left-out')
  const countMs = stop ? stop.at.getTime() : nowMs
  const startMs = Math.min(
    rollout.startedAt.getTime(),
    ...rings.flatMap(({ forecast }) => [forecast.opensAt, forecast.soak?.from].flatMap((at) => at?.getTime() ?? [])),
  )
  const planEndMs = Math.max(
    startMs + 60_000,
    ...rings.flatMap((ring) => [
      ring.forecast.gateAt?.getTime() ?? 0,
      ...ring.forecast.windows.map((window) => window.to.getTime()),
    ]),
    state === 'running' ? nowMs : 0,
  )
  const lengthMs = planEndMs - startMs
  const due = dueLine(rollout, startMs, lengthMs)
  const restDays = rollout.restDays
  const axis = axisWithRoom(
    { startMs, endMs: Math.max(planEndMs, due?.atMs ?? 0), nowMs, zone, restDays },
    lastLabelMs(rings),
  )
  const endMs = axis.endMs
  const isShort = endMs - startMs <= 2 * dayMs
  const at = (moment: Date) =>
    isShort
      ? formatTime(moment, zone)
      : `${formatFullDateTime(moment, zone, nowMs).slice(0, 3)} ${formatTime(moment, zone)}`
  return {
    lanes: rings.map((ring) => withoutOverlap(toLane(ring, rollout, nowMs, countMs, at), axis)),
    axis,
    now: state === 'running' && nowMs <= endMs ? { atMs: nowMs, label: `Now ${formatTime(nowMs, zone)}` } : undefined,
    due,
    leftOut: rollout.rings.filter((ring) => ring.phase === 'left-out').map((ring) => ring.name),
  }
}

/** Right of this place, in percent, a label has no room behind its gate. */
const lastLabelPlace = 76
/** Left of this place a rollback hangs to the right, where the hours of a soak would stand. */
const rollbackTurns = 35

function lastLabelMs(rings: readonly Ring[]): number {
  const labelled = rings.filter((ring) => ['running', 'soaking', 'asking', 'waiting'].includes(ring.phase))
  return Math.max(0, ...labelled.map((ring) => ring.forecast.gateAt?.getTime() ?? 0))
}

/** An axis that ends late enough for the label of the last gate, and a little behind everything. */
function axisWithRoom(input: Parameters<typeof buildAxis>[0], labelMs: number): Axis {
  const stepMs = (input.endMs - input.startMs) * 0.05
  let axis = buildAxis({ ...input, endMs: input.endMs + stepMs })
  for (let step = 2; step < 12 && labelMs > 0 && placeOnAxis(axis, labelMs) > lastLabelPlace; step++)
    axis = buildAxis({ ...input, endMs: input.endMs + step * stepMs })
  return axis
}

function withoutOverlap(lane: Lane, axis: Axis): Lane {
  if (!lane.rollback || placeOnAxis(axis, lane.rollback.atMs) >= rollbackTurns) return lane
  return { ...lane, soak: lane.soak?.map(({ label: _, ...block }) => block) }
}

/** The first due moment of a patch that is not in everywhere; left away where it would press the plan together. */
function dueLine({ patches, client, asOf }: Rollout, startMs: number, lengthMs: number): LaneBoard['due'] {
  const open = patches.filter((patch) => patch.gates.some((gate) => gate.due > 0 && gate.proved < gate.due))
  const moments = open.flatMap((patch) => patch.dueAt?.getTime() ?? [])
  const atMs = Math.min(...moments)
  if (moments.length === 0 || atMs < startMs || atMs > startMs + 2 * lengthMs) return undefined
  return { atMs, label: `Due ${formatFullDateTime(atMs, client.timeZone, asOf).replace(/ \d\d:\d\d$/, '')}` }
}

const phases: Record<Ring['phase'], LanePhase> = {
  'left-out': 'future',
  waiting: 'future',
  running: 'current',
  soaking: 'current',
  asking: 'current',
  passed: 'passed',
  failed: 'failed',
  skipped: 'future',
  stopped: 'future',
}
const marks: Record<Ring['phase'], MarkState> = {
  'left-out': 'not-applicable',
  waiting: 'scheduled',
  running: 'installing',
  soaking: 'soaking',
  asking: 'asking',
  passed: 'installed',
  failed: 'rolled-back',
  skipped: 'not-applicable',
  stopped: 'held',
}

function toLane(ring: Ring, rollout: Rollout, nowMs: number, countMs: number, at: (moment: Date) => string): Lane {
  const { forecast } = ring
  const isPaused = rollout.stop !== null && phases[ring.phase] === 'current'
  const standing = standingOf(ring, rollout, nowMs, countMs)
  const gate = gateOf(ring, rollout, at)
  const opened = ring.openedAt
    ? `Opened ${formatDateTime(ring.openedAt, rollout.client.timeZone, nowMs)}`
    : sentenceCase(openingWords(ring, rollout).join(' '))
  return {
    key: String(ring.position),
    mark: isPaused ? 'held' : marks[ring.phase],
    name: ring.name,
    count: formatCount(ring.deviceCount),
    rules: ruleLines(ring, rollout),
    phase: phases[ring.phase],
    windows: forecast.windows.map((window) => ({
      startMs: window.from.getTime(),
      endMs: window.to.getTime(),
      label: at(window.from),
    })),
    soak: forecast.soakBlocks.map(({ from, to }, _, { length }) => ({
      startMs: from.getTime(),
      endMs: to.getTime(),
      countedShare: Math.max(0, Math.min(1, (countMs - from.getTime()) / (to.getTime() - from.getTime()))),
      // One block ends where the gate decided, which is a little later than its soak.
      label: formatWorkingDuration(
        Math.min(to.getTime() - from.getTime(), (length === 1 && ring.rule?.soakMs) || Number.POSITIVE_INFINITY),
      ),
    })),
    gate,
    rollback: rollbackOf(ring, rollout, at),
    standing,
    words: `${ring.name}, ${plural(ring.deviceCount, 'device', 'devices')}: ${wordsOf(ring, rollout, opened)}`,
    // The gate below, or the title already, says the rest.
    narrowLine: gate?.sentence || ring.phase === 'waiting' ? opened : narrowLine(opened, standing),
  }
}

function narrowLine(opened: string, standing: Lane['standing']): string {
  if (standing?.kind !== 'words' || typeof standing.title !== 'string') return opened
  return [opened, standing.title].filter(Boolean).join('. ')
}

function ruleLines(ring: Ring, { hasWorkingHours }: Rollout): string[] {
  if (!ring.rule) return []
  const { members, soakMs } = ring.rule
  const soak = hasWorkingHours ? formatWorkingDuration(soakMs) : formatDuration(soakMs)
  const who =
    members.kind === 'tags'
      ? 'Hand-picked'
      : members.kind === 'percent'
        ? `${formatPercent(members.percent)} of the rest`
        : 'The rest'
  const pace = ring.concurrency === null ? 'All at once' : `${formatCount(ring.concurrency)} at a time`
  return [who, ring.phase === 'passed' ? soakedWords(ring, soak) : pace]
}

const soakedWords = (ring: Ring, soak: string) => (ring.isPromoted ? 'Soak skipped by a person' : `Soaked ${soak}`)

function gateOf(ring: Ring, rollout: Rollout, at: (moment: Date) => string): Lane['gate'] {
  const { gateAt } = ring.forecast
  if (!gateAt) return undefined
  const atMs = gateAt.getTime()
  const zone = rollout.client.timeZone
  const full = formatDateTime(gateAt, zone, rollout.asOf)
  switch (ring.phase) {
    case 'passed':
      return { atMs, state: 'passed', sentence: `Passed ${full}` }
    case 'failed':
      return { atMs, state: 'failed', sentence: `Failed ${full}` }
    case 'asking':
      return { atMs, state: 'asking', label: 'Waits for a person', sentence: `Waits for a person since ${full}` }
    case 'running':
    case 'soaking': {
      if (rollout.stop) return { atMs, state: 'ahead', label: 'Gate waits', sentence: 'The gate waits: paused' }
      const when = ring.forecast.isGateOpenEnded ? `not before ${at(gateAt)}` : at(gateAt)
      return { atMs, state: 'ahead', label: `Gate ${when}`, sentence: `Gate ${when}` }
    }
    case 'waiting':
      return { atMs, state: 'ahead', label: `Gate not before ${at(gateAt)}`, sentence: undefined }
    default:
      return undefined
  }
}

function rollbackOf(ring: Ring, { patches, asOf }: Rollout, at: (moment: Date) => string): Lane['rollback'] {
  const failed = patches.flatMap((patch) =>
    patch.takenBack
      ? patch.gates
          .filter((gate) => gate.position === ring.position && gate.verdict === 'fail' && gate.verdictAt)
          .map((gate) => ({ name: `${patch.name} ${patch.version}`, verdictAt: gate.verdictAt ?? asOf }))
      : [],
  )
  const [first] = failed
  if (!first) return undefined
  const what = failed.length === 1 ? first.name : plural(failed.length, 'patch', 'patches')
  return { atMs: first.verdictAt.getTime(), text: `${what} taken back ${at(first.verdictAt)}` }
}

/** What stands right of the lane. */
function standingOf(ring: Ring, rollout: Rollout, nowMs: number, countMs: number): Lane['standing'] {
  const zone = rollout.client.timeZone
  const when = (moment: Date) => formatDateTime(moment, zone, nowMs)
  const { forecast } = ring
  const { wholeMs, countedMs } = soakCount(ring, countMs)
  const say = rollout.hasWorkingHours ? formatWorkingDuration : formatDuration
  switch (ring.phase) {
    case 'passed': {
      const gates = ring.gates.passed
      const failed = ring.gates.failed > 0 ? `, ${formatCount(ring.gates.failed)} taken back` : ''
      return {
        kind: 'words',
        mark: 'installed',
        title: `Passed ${forecast.gateAt ? when(forecast.gateAt) : ''}`.trim(),
        lines: [`${plural(gates, 'patch', 'patches')}${failed}, ${formatOf(ring.proved, ring.due)} proved`],
      }
    }
    case 'failed':
      return {
        kind: 'words',
        mark: 'failed',
        title: `Failed ${forecast.gateAt ? when(forecast.gateAt) : ''}`.trim(),
        lines: ['Nothing goes on from here.', 'What went in is taken back.'],
      }
    case 'asking':
      return {
        kind: 'words',
        mark: 'asking',
        title: 'Waits for a person',
        lines: [
          `${ring.askingSince ? `Since ${when(ring.askingSince)}. ` : ''}${formatOf(ring.proved, ring.due)} proved.`,
          'Answer below, beside the evidence.',
        ],
      }
    case 'soaking': {
      if (rollout.stop)
        return {
          kind: 'words',
          mark: 'held',
          title: `Stopped ${when(rollout.stop.at)}`,
          lines: [`${say(countedMs)} of ${say(wholeMs)} counted.`, 'Goes on from there when resumed.'],
        }
      const leftMs = Math.max(0, wholeMs - countedMs)
      if (leftMs === 0)
        return {
          kind: 'words',
          mark: 'soaking',
          title: 'Soak is over',
          lines: ['The gate waits to hear from its devices.'],
        }
      const end = forecast.gateAt
      const endWords = end ? `, ends ${wholeMs < hourMs ? formatTimeWithSeconds(end, zone) : when(end)}` : ''
      return {
        kind: 'countdown',
        left: say(leftMs),
        unit: rollout.hasWorkingHours ? 'of working time left' : 'of soak left',
        share: wholeMs === 0 ? 1 : countedMs / wholeMs,
        sentence: `${say(countedMs)} of ${say(wholeMs)} counted${endWords}`,
      }
    }
    case 'running': {
      if (rollout.stop)
        return {
          kind: 'words',
          mark: 'held',
          title: `Stopped ${when(rollout.stop.at)}`,
          lines: [`${formatOf(ring.proved, ring.due)} proved.`],
        }
      return {
        kind: 'words',
        mark: 'installing',
        title: `${formatOf(ring.proved, ring.due)} proved`,
        lines: [
          `Open since ${ring.openedAt ? when(ring.openedAt) : 'now'}.`,
          ...(ring.deadlineAt ? [`Decides at the latest ${when(ring.deadlineAt)}.`] : []),
        ],
      }
    }
    case 'waiting':
      return {
        kind: 'words',
        mark: 'scheduled',
        title: sentenceCase(openingWords(ring, rollout).join(' ')) || 'Waits',
        lines: waitingLines(ring, rollout),
      }
    case 'skipped':
      return { kind: 'words', mark: 'not-applicable', title: 'Not reached', lines: ['No patch got this far.'] }
    case 'stopped':
      return {
        kind: 'words',
        mark: 'held',
        title: ring.openedAt ? 'Stopped while open' : 'Stopped before it opened',
        lines: [`${formatOf(ring.proved, ring.due)} proved.`],
      }
    case 'left-out':
      return undefined
  }
}

function waitingLines(ring: Ring, { rings, client }: Rollout): string[] {
  const before = rings.filter((one) => one.position < ring.position && one.phase !== 'left-out').at(-1)
  const isForeignZone = ring.rule?.zone === 'device'
  return [
    before ? `Only versions that pass ${before.name}.` : 'All devices fetch the packages first.',
    ...(isForeignZone ? [`Window in each device’s own zone; drawn for ${client.timeZone}.`] : []),
  ]
}

/** The soak of a ring in counting time, milliseconds. */
export function soakCount(ring: Ring, nowMs: number): { wholeMs: number; countedMs: number } {
  let wholeMs = 0
  let countedMs = 0
  for (const { from, to } of ring.forecast.soakBlocks) {
    wholeMs += to.getTime() - from.getTime()
    countedMs += Math.max(0, Math.min(to.getTime(), nowMs) - from.getTime())
  }
  return { wholeMs, countedMs }
}

/** For those who do not see the lane; nothing in it ticks. */
function wordsOf(ring: Ring, rollout: Rollout, opened: string): string {
  const zone = rollout.client.timeZone
  const gateAt = ring.forecast.gateAt ? formatDateTime(ring.forecast.gateAt, zone, rollout.asOf) : ''
  switch (ring.phase) {
    case 'passed':
      return `${opened}, passed ${gateAt}.`
    case 'failed':
      return `${opened}, failed ${gateAt}; what went in is taken back.`
    case 'asking':
      return `${opened}, the gate waits for a person.`
    case 'soaking':
    case 'running':
      return rollout.stop
        ? `${opened}, paused.`
        : `${opened}, ${ring.phase === 'soaking' ? 'soaks' : 'collects proofs'}, gate ${gateAt}.`
    case 'waiting':
      return `${opened || 'waits'}.`
    default:
      return 'not reached.'
  }
}

const sentenceCase = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
