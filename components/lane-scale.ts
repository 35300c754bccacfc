import { formatTime, localDayNumber, startOfLocalDay, zoneOffset } from './format.ts'

/** One step of the axis: a day, or some hours or minutes of a short plan. */
export type AxisSpan = {
  startMs: number
  endMs: number
  /** Empty where labels would stand too close. */
  label: string
  /** A day without working hours: narrower and tinted. */
  isRest: boolean
  isNow: boolean
}

export type Axis = { spans: readonly AxisSpan[]; startMs: number; endMs: number }

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const restShare = 0.42
const mostLabels = 14
const stepsMs = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * minuteMs)

type AxisInput = {
  startMs: number
  endMs: number
  nowMs: number
  zone: string
  /** Days of the week without working hours, 0 is Sunday. */
  restDays?: readonly number[]
}

/** The axis that holds a plan: days, or hours and minutes when the plan is shorter than two days. */
export function buildAxis({ startMs, endMs, nowMs, zone, restDays = [0, 6] }: AxisInput): Axis {
  const last = Math.max(endMs, startMs + minuteMs)
  const spans = last - startMs > 2 * dayMs ? daySpans(startMs, last, zone, restDays) : timeSpans(startMs, last, zone)
  const withNow = spans.map((span) => ({ ...span, isNow: nowMs >= span.startMs && nowMs < span.endMs }))
  return { spans: withNow, startMs: withNow[0]?.startMs ?? startMs, endMs: withNow[withNow.length - 1]?.endMs ?? last }
}

type PlainSpan = Omit<AxisSpan, 'isNow'>

function daySpans(startMs: number, endMs: number, zone: string, restDays: readonly number[]): PlainSpan[] {
  const count = localDayNumber(endMs - 1, zone) - localDayNumber(startMs, zone) + 1
  const every = Math.ceil(count / mostLabels)
  return Array.from({ length: count }, (_, index) => {
    const from = startOfLocalDay(startMs, zone, index)
    const isRest = restDays.includes((localDayNumber(from, zone) + 4) % 7)
    return {
      startMs: from,
      endMs: startOfLocalDay(startMs, zone, index + 1),
      label: index % every === 0 ? dayLabel(from, zone, isRest) : '',
      isRest,
    }
  })
}

function dayLabel(atMs: number, zone: string, isRest: boolean): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: isRest ? undefined : 'numeric',
    timeZone: zone,
  })
  return format.format(atMs).replace(',', '')
}

function timeSpans(startMs: number, endMs: number, zone: string): PlainSpan[] {
  const stepMs = stepsMs.find((step) => (endMs - startMs) / step <= mostLabels - 1) ?? dayMs / 2
  const offsetMs = zoneOffset(startMs, zone)
  const first = Math.floor((startMs + offsetMs) / stepMs) * stepMs - offsetMs
  const count = Math.ceil((endMs - first) / stepMs)
  return Array.from({ length: count }, (_, index) => {
    const from = first + index * stepMs
    return { startMs: from, endMs: from + stepMs, label: formatTime(from, zone), isRest: false }
  })
}

function weightOf(span: AxisSpan): number {
  return span.isRest ? restShare : 1
}

/** Where each span begins and how wide it is, in percent of the axis. */
export function spanPlaces(axis: Axis): { span: AxisSpan; left: number; width: number }[] {
  const total = axis.spans.reduce((sum, span) => sum + weightOf(span), 0)
  let left = 0
  return axis.spans.map((span) => {
    const width = (weightOf(span) / total) * 100
    const place = { span, left, width }
    left += width
    return place
  })
}

/** Where a moment stands, in percent of the axis; what lies outside is clamped to its ends. */
export function placeOnAxis(axis: Axis, atMs: number): number {
  for (const { span, left, width } of spanPlaces(axis)) {
    if (atMs < span.startMs) return left
    if (atMs < span.endMs) return left + width * ((atMs - span.startMs) / (span.endMs - span.startMs))
  }
  return 100
}
