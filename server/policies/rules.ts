import { findFitting, type RuleFacts } from '../approvals/rules.ts'
import type { Action } from '../permissions.ts'
import { isSame } from '../policy-changes/rules.ts'
import type { Policy, PolicyOverride, RingRule, WindowRule } from './schema.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** The standard a new MSP starts with. Figures: DESIGN "Rollout rules", each with its anchor in the field's published defaults. */
export const standardPolicy: Policy = {
  isLab: false,
  rings: [
    {
      name: 'Test',
      members: { kind: 'tags', tags: ['test'] },
      deferralMs: 0,
      soakMs: 20 * hourMs,
      concurrency: null,
      deadlineMs: 7 * dayMs,
      window: {
        kind: 'weekly',
        days: ['MO', 'TU', 'WE', 'TH'],
        start: '22:00',
        durationMs: 4 * hourMs,
        zone: 'device',
      },
    },
    {
      name: 'Early',
      members: { kind: 'percent', percent: 15 },
      deferralMs: dayMs,
      soakMs: 20 * hourMs,
      concurrency: null,
      deadlineMs: 7 * dayMs,
      window: {
        kind: 'weekly',
        days: ['MO', 'TU', 'WE', 'TH'],
        start: '22:00',
        durationMs: 4 * hourMs,
        zone: 'device',
      },
    },
    {
      name: 'Production',
      members: { kind: 'rest' },
      deferralMs: 6 * dayMs,
      soakMs: 20 * hourMs,
      concurrency: 20,
      deadlineMs: 14 * dayMs,
      window: { kind: 'weekly', days: ['TH'], start: '02:00', durationMs: 3 * hourMs, zone: 'device' },
    },
  ],
  gate: {
    provedShare: 0.8,
    failureLimit: 1,
    failureShareAbove50: 0.02,
    onNotEnough: 'ask',
    smallRingBelow: 10,
    smallRingNeedsPerson: true,
  },
  workingHours: { days: ['MO', 'TU', 'WE', 'TH', 'FR'], start: '08:00', end: '18:00' },
  cutOffMs: 15 * minuteMs,
  missedWindow: 'next-window',
  startRule: { kind: 'at-once', settleMs: hourMs },
  approvalRules: [
    { classifications: ['definition'], severities: [], afterDays: 0, onlyIfUndoable: false, effect: 'approve' },
    {
      classifications: ['security', 'critical'],
      severities: [],
      afterDays: 1,
      onlyIfUndoable: true,
      effect: 'approve',
    },
  ],
  dueDays: 14,
  breaker: { devices: 3 },
  mayStartOffline: false,
  probes: [],
  watchIntervalMs: 5 * minuteMs,
}

/** A client's policy: its own sections over the MSP's standard. */
export function effectivePolicy(standard: Policy, override: PolicyOverride | null): Policy {
  if (!override) return standard
  const set = Object.fromEntries(Object.entries(override).filter(([, value]) => value !== undefined))
  return { ...standard, ...set }
}

/** "4.2": version 4 of the standard, version 2 of the client's own. */
export function versionLabel(standardVersion: number, overrideVersion: number | null): string {
  return overrideVersion === null ? `${standardVersion}` : `${standardVersion}.${overrideVersion}`
}

/** The tags that put a device into the first ring, which is picked by hand. */
export function testTags(policy: Policy): readonly string[] {
  const members = policy.rings[0]?.members
  return members?.kind === 'tags' ? members.tags : []
}

export const labLabel = 'Lab policy'

export type Section = keyof Policy

/**
 * The sections by which `after` lets more in, sooner, or with less proof than `before`: such a change wants its own right and a second
 * person. What cannot be put in an order (other rings, another zone, another start day) counts as loosened. Pure.
 */
export function findLoosened(before: Policy, after: Policy): Section[] {
  // Every section is named, so that a new one does not come without its rule.
  const isLoosened: Record<Section, boolean> = {
    isLab: after.isLab && !before.isLab,
    rings: areRingsLoosened(before.rings, after.rings),
    gate: isGateLoosened(before.gate, after.gate),
    workingHours: areHoursLoosened(before.workingHours, after.workingHours),
    cutOffMs: after.cutOffMs < before.cutOffMs,
    missedWindow: after.missedWindow === 'at-once' && before.missedWindow !== 'at-once',
    startRule: isStartLoosened(before.startRule, after.startRule),
    approvalRules: areRulesLoosened(before.approvalRules, after.approvalRules),
    // When a patch counts as late: it lets nothing in.
    dueDays: false,
    breaker: after.breaker.devices > before.breaker.devices,
    mayStartOffline: after.mayStartOffline && !before.mayStartOffline,
    probes: before.probes.some((probe) => !after.probes.some((other) => isSame(probe, other))),
    watchIntervalMs: after.watchIntervalMs > before.watchIntervalMs,
  }
  return sectionsOf(after).filter((section) => isLoosened[section])
}

// The keys of a policy.
export const sectionsOf = (policy: Policy) => Object.keys(policy) as Section[]

/** The right that a person has who may loosen a section: approving patches by rule is approving; all else opens the way to Production. */
export const rightToLoosen = (section: Section): Action =>
  section === 'approvalRules' ? 'patch:approve' : 'rollout:approve-production'

function areRingsLoosened(before: readonly RingRule[], after: readonly RingRule[]): boolean {
  if (before.length !== after.length) return true
  return before.some((ring, index) => {
    const next = after[index]
    if (!next || !isSame(ring.members, next.members)) return true
    const atATime = (rule: RingRule) => rule.concurrency ?? Number.POSITIVE_INFINITY
    return (
      next.soakMs < ring.soakMs ||
      next.deferralMs < ring.deferralMs ||
      atATime(next) > atATime(ring) ||
      !isWithin(next.window, ring.window)
    )
  })
}

/** Is every opening of `inner` inside one of `outer`? False also where that cannot be told without a calendar. */
function isWithin(inner: WindowRule, outer: WindowRule): boolean {
  if (outer.kind === 'always') return true
  if (inner.kind === 'always' || inner.zone !== outer.zone) return false
  if (!inner.days.every((day) => outer.days.includes(day))) return false
  const startsMs = clockMs(inner.start) - clockMs(outer.start)
  return startsMs >= 0 && startsMs + inner.durationMs <= outer.durationMs
}

const clockMs = (time: string) => Number(time.slice(0, 2)) * hourMs + Number(time.slice(3)) * minuteMs

/** Another size of a small ring asks more people and wants fewer proofs, or the other way round: no order. */
const isGateLoosened = (before: Policy['gate'], after: Policy['gate']): boolean =>
  after.provedShare < before.provedShare ||
  after.failureLimit > before.failureLimit ||
  after.failureShareAbove50 > before.failureShareAbove50 ||
  (after.onNotEnough !== 'ask' && before.onNotEnough === 'ask') ||
  after.smallRingBelow !== before.smallRingBelow ||
  (before.smallRingNeedsPerson && !after.smallRingNeedsPerson)

/** A soak is counted in working hours: more of them are an earlier end, and without any all time counts. */
function areHoursLoosened(before: Policy['workingHours'], after: Policy['workingHours']): boolean {
  if (before === null) return false
  if (after === null) return true
  return !after.days.every((day) => before.days.includes(day)) || after.start < before.start || after.end > before.end
}

function isStartLoosened(before: Policy['startRule'], after: Policy['startRule']): boolean {
  if (after.kind === 'by-hand' || isSame(before, after)) return false
  if (before.kind === 'by-hand') return true
  if (before.kind === 'at-once') return after.kind === 'at-once' && after.settleMs < before.settleMs
  return true
}

/** Does any kind of patch come in that did not, or sooner? Asked for each word that a rule names, and for what none names. */
function areRulesLoosened(before: Policy['approvalRules'], after: Policy['approvalRules']): boolean {
  const named = (key: 'classifications' | 'severities') => [
    ...new Set<string>(['', ...[...before, ...after].flatMap((rule) => rule[key])]),
  ]
  const days = (rules: Policy['approvalRules'], kind: Omit<RuleFacts, 'rules'>) => {
    const rule = rules[findFitting({ rules, ...kind })]
    return rule?.effect === 'approve' ? rule.afterDays : Number.POSITIVE_INFINITY
  }
  const kinds = named('classifications').flatMap((classification) =>
    named('severities').flatMap((severity) =>
      (['kept', 'none'] as const).map((undoClass) => ({ patch: { classification, severity }, undoClass })),
    ),
  )
  return kinds.some((kind) => days(after, kind) < days(before, kind))
}
