import { Temporal } from 'temporal-polyfill'
import type { Policy, RingRule, WorkingHours } from '../policies/schema.ts'
import { expandWindow, instantOf, soakEnd } from '../windows/rules.ts'
import type { RingSummary } from './queries.ts'

export interface Span {
  from: Date
  to: Date
}
/** Where a ring stands in time: what was, and what the plan says will be. Forecasts assume that nothing fails and nobody pauses. */
export interface RingForecast {
  opensAt: Date | null
  /** Openings of its window that matter here, at most three. */
  windows: Span[]
  soak: Span | null
  /** Only the parts of the soak that count: working hours, or all of it. */
  soakBlocks: Span[]
  /** When its gate decided, or is expected to. */
  gateAt: Date | null
  /** The gate time is a forecast that hangs on reports that have not come. */
  isGateOpenEnded: boolean
}

const windowsShown = 3
const dayNumbers = { MO: 1, TU: 2, WE: 3, TH: 4, FR: 5, SA: 6, SU: 7 } as const
const aheadMs = 35 * 24 * 3_600_000

/** Lays the rings on one time axis, each waiting one after the gate before it. Pure. */
export function forecastRings(rings: readonly RingSummary[], policy: Policy, zone: string, now: Date): RingForecast[] {
  let gateBefore: Date | null = null
  return rings.map((ring) => {
    const rule = policy.rings[ring.position]
    if (!rule || ring.phase === 'left-out' || ring.phase === 'skipped') return nothing
    const placed = ring.openedAt
      ? placeOpened(ring, ring.openedAt, rule, policy, zone, now)
      : placeWaiting(ring, rule, policy, zone, latest(now, ring.notBefore, gateBefore))
    if (placed.gateAt) gateBefore = placed.gateAt
    return ring.phase === 'stopped' && !ring.openedAt ? nothing : placed
  })
}

const nothing: RingForecast = {
  opensAt: null,
  windows: [],
  soak: null,
  soakBlocks: [],
  gateAt: null,
  isGateOpenEnded: false,
}

function placeOpened(
  ring: RingSummary,
  openedAt: Date,
  rule: RingRule,
  policy: Policy,
  zone: string,
  now: Date,
): RingForecast {
  const isDecided = ring.phase === 'passed' || ring.phase === 'failed' || ring.phase === 'stopped'
  const decidedAt = isDecided ? (ring.decidedAt ?? ring.closedAt) : ring.askingSince
  const firstWindow =
    ring.soakStartedAt ?? nextOpening(rule, policy, zone, isDecided ? openedAt : latest(now, openedAt))
  const soakFrom = ring.soakStartedAt ?? (decidedAt ? null : firstWindow)
  const soakTo = soakFrom
    ? (ring.soakEndsAt ?? decidedAt ?? soakEnd(soakFrom, rule.soakMs, policy.workingHours, zone))
    : null
  const soak = soakFrom && soakTo && soakTo > soakFrom ? { from: soakFrom, to: soakTo } : null
  return {
    opensAt: openedAt,
    windows: windowsOf(rule, policy, zone, openedAt, soakFrom ?? decidedAt ?? now),
    soak,
    soakBlocks: soak ? countingBlocks(soak, policy.workingHours, zone) : [],
    gateAt: decidedAt ?? soakTo,
    isGateOpenEnded: !decidedAt && !ring.soakStartedAt,
  }
}

function placeWaiting(ring: RingSummary, rule: RingRule, policy: Policy, zone: string, from: Date): RingForecast {
  if (ring.state !== 'waiting') return nothing
  const starts = nextOpening(rule, policy, zone, from)
  const soak = { from: starts, to: soakEnd(starts, rule.soakMs, policy.workingHours, zone) }
  return {
    opensAt: starts,
    windows: windowsOf(rule, policy, zone, starts, new Date(starts.getTime() + 1)),
    soak,
    soakBlocks: countingBlocks(soak, policy.workingHours, zone),
    gateAt: soak.to,
    isGateOpenEnded: true,
  }
}

function latest(...moments: (Date | null)[]): Date {
  return new Date(Math.max(...moments.map((moment) => moment?.getTime() ?? 0)))
}

/** The first moment from `from` on at which the ring's window is open. */
function nextOpening(rule: RingRule, policy: Policy, zone: string, from: Date): Date {
  if (rule.window.kind === 'always') return from
  const [first] = expandWindow(rule.window, zone, from, new Date(from.getTime() + aheadMs), policy.cutOffMs).filter(
    (one) => one.lastStartAt > from,
  )
  return first ? latest(first.opensAt, from) : from
}

/** A window that is always open is drawn as the moment of opening. */
function windowsOf(rule: RingRule, policy: Policy, zone: string, from: Date, to: Date): Span[] {
  if (rule.window.kind === 'always') return [{ from, to: from }]
  return expandWindow(rule.window, zone, from, latest(to, new Date(from.getTime() + 1)), policy.cutOffMs)
    .slice(0, windowsShown)
    .map((one) => ({ from: one.opensAt, to: one.closesAt }))
}

/** The parts of a span in which a soak counts. */
export function countingBlocks(span: Span, hours: WorkingHours | null, zone: string): Span[] {
  if (!hours) return [span]
  const days = new Set<number>(hours.days.map((day) => dayNumbers[day]))
  const blocks: Span[] = []
  let date = Temporal.Instant.fromEpochMilliseconds(span.from.getTime()).toZonedDateTimeISO(zone).toPlainDate()
  const last = Temporal.Instant.fromEpochMilliseconds(span.to.getTime()).toZonedDateTimeISO(zone).toPlainDate()
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    if (!days.has(date.dayOfWeek)) continue
    const from = Math.max(instantOf(date, hours.start, zone), span.from.getTime())
    const to = Math.min(instantOf(date, hours.end, zone), span.to.getTime())
    if (to > from) blocks.push({ from: new Date(from), to: new Date(to) })
  }
  return blocks
}
