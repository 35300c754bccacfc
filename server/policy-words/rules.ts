import {
  formatCount,
  formatDuration,
  formatList,
  formatPercent,
  formatWorkingDuration,
  plural,
} from '../../components/format.ts'
import type { ApprovalRule, Policy, RingRule, Weekday, WindowRule } from '../policies/schema.ts'

const dayMs = 24 * 3_600_000

export const dayNames: Record<Weekday, string> = {
  MO: 'Monday',
  TU: 'Tuesday',
  WE: 'Wednesday',
  TH: 'Thursday',
  FR: 'Friday',
  SA: 'Saturday',
  SU: 'Sunday',
}
const week: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']

/** "6 days", "20 h", "30 s", "none": a span of a policy in words. */
export function spanWords(durationMs: number): string {
  if (durationMs === 0) return 'none'
  if (durationMs % dayMs === 0) return plural(durationMs / dayMs, 'day', 'days')
  return formatDuration(durationMs)
}

/** Soak is counted in working hours where the policy has them, so never in days. */
export function soakWords(durationMs: number, hasWorkingHours: boolean): string {
  return hasWorkingHours && durationMs > 0 ? formatWorkingDuration(durationMs) : spanWords(durationMs)
}

/** "Mon to Thu", "Sat", "Mon, Wed and Fri", "every day". */
export function daysWords(days: readonly Weekday[]): string {
  const indexes = week.flatMap((day, index) => (days.includes(day) ? [index] : []))
  const short = (index: number) => {
    const day = week[index]
    return day ? dayNames[day].slice(0, 3) : ''
  }
  const first = indexes[0]
  const last = indexes.at(-1)
  if (first === undefined || last === undefined) return 'no day'
  if (indexes.length === 7) return 'every day'
  if (indexes.length > 2 && last - first === indexes.length - 1) return `${short(first)} to ${short(last)}`
  return formatList(indexes.map(short), 7)
}

/** "Mon to Thu 22:00 for 4 h": a window without its zone; the zone is told apart. */
export function windowWords(window: WindowRule): string {
  if (window.kind === 'always') return 'always open'
  return `${daysWords(window.days)} ${window.start} for ${formatDuration(window.durationMs)}`
}
export function zoneWords(window: WindowRule): string {
  if (window.kind === 'always') return ''
  return window.zone === 'device' ? 'each device’s own zone' : window.zone
}

/** Who is in a ring: "tag test", "15 %", "the rest". */
export function membersWords({ members }: RingRule): string {
  switch (members.kind) {
    case 'tags':
      return `hand-picked, ${members.tags.length === 1 ? 'tag' : 'tags'} ${formatList(members.tags)}`
    case 'percent':
      return formatPercent(members.percent)
    case 'rest':
      return 'the rest'
  }
}

/** "Approve security and critical patches 1 day after release, when they can be undone." */
/** A rule that is off keeps its place and its settings and decides nothing. */
export const isRuleOn = (rule: ApprovalRule) => rule.isOn !== false

/** A rule as a sentence; that it is off is said too, so that a list of changes shows it. */
export function ruleWords(rule: ApprovalRule): string {
  return isRuleOn(rule) ? ruleSentence(rule) : `${ruleSentence(rule)} Switched off.`
}

function ruleSentence(rule: ApprovalRule): string {
  const kinds = rule.classifications.length > 0 ? `${formatList(rule.classifications, 8)} patches` : 'every patch'
  const severe = rule.severities.length > 0 ? ` of ${formatList(rule.severities, 5)} severity` : ''
  const undo = rule.onlyIfUndoable ? ', when they can be undone' : ''
  if (rule.effect === 'ask') return `Ask a person about ${kinds}${severe}${undo}.`
  const when = rule.afterDays === 0 ? 'at once' : `${plural(rule.afterDays, 'day', 'days')} after release`
  return `Approve ${kinds}${severe} ${when}${undo}.`
}

export function startWords(rule: Policy['startRule']): string {
  switch (rule.kind) {
    case 'at-once':
      return `by itself, ${spanWords(rule.settleMs)} after the last new finding`
    case 'weekly':
      return `every ${dayNames[rule.day]} at ${rule.at}`
    case 'by-hand':
      return 'only by hand'
  }
}

export function hoursWords(hours: Policy['workingHours']): string {
  return hours ? `${daysWords(hours.days)} ${hours.start} to ${hours.end}` : 'none, all time counts'
}

export const notEnoughWords = { ask: 'ask a person', 'soak-longer': 'soak longer' } as const
export const missedWords = { 'next-window': 'at the next window', 'at-once': 'at once' } as const

export function probeWords(probe: Policy['probes'][number]): string {
  const port =
    'port' in probe ? (typeof probe.port === 'number' ? String(probe.port) : `in ${probe.port.portFile}`) : ''
  switch (probe.kind) {
    case 'process':
      return `process of ${probe.pidFile} runs`
    case 'tcp':
      return `port ${port} answers`
    case 'http':
      return `${probe.path} on port ${port} answers ${probe.expectStatus}`
    case 'file':
      return `${probe.path} is there${probe.contains ? ` and holds “${probe.contains}”` : ''}`
  }
}

export const sectionWords: Record<keyof Policy, string> = {
  isLab: 'lab label',
  rings: 'rings and windows',
  gate: 'gate',
  workingHours: 'working hours',
  cutOffMs: 'cut-off',
  missedWindow: 'missed window',
  startRule: 'start rule',
  approvalRules: 'approval rules',
  dueDays: 'due days',
  breaker: 'breaker',
  mayStartOffline: 'offline start',
  probes: 'health probes',
  watchIntervalMs: 'watch interval',
}

export const limitWords = (devices: number) => (devices === 0 ? 'none' : formatCount(devices))
