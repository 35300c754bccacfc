import { standardPolicy } from './rules.ts'
import type { ApprovalRule, Policy, RingRule, WindowRule } from './schema.ts'

/** Changes of one section each, for tests: every way to loosen the standard, and every way to tighten it. */
type Pair = readonly [before: Policy, after: Policy]

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const from = (before: Partial<Policy>, after: Partial<Policy>): Pair => [
  { ...standardPolicy, ...before },
  { ...standardPolicy, ...after },
]
const to = (after: Partial<Policy>) => from({}, after)
const ring = (position: number, changes: Partial<RingRule>) =>
  to({ rings: standardPolicy.rings.map((one, index) => (index === position ? { ...one, ...changes } : one)) })
const gate = (changes: Partial<Policy['gate']>) => to({ gate: { ...standardPolicy.gate, ...changes } })
const nights: Extract<WindowRule, { kind: 'weekly' }> = {
  ...{ kind: 'weekly', days: ['TH'], start: '02:00', durationMs: 3 * hourMs, zone: 'device' },
}
const window = (changes: Partial<typeof nights>) => ring(2, { window: { ...nights, ...changes } })
const hours = (changes: Partial<NonNullable<Policy['workingHours']>>) =>
  to({ workingHours: { days: ['MO', 'TU', 'WE', 'TH', 'FR'], start: '08:00', end: '18:00', ...changes } })
const anything: ApprovalRule = {
  ...{ classifications: [], severities: [], afterDays: 0, onlyIfUndoable: false, effect: 'approve' },
}
const [definitions, security] = standardPolicy.approvalRules
if (!definitions || !security) throw new Error('the standard has two rules')
const rules = (...approvalRules: ApprovalRule[]) => to({ approvalRules })
const probe: Policy['probes'][number] = {
  ...{ name: 'web', kind: 'tcp', port: 80, timeoutMs: 1_000 },
}
const settled = (settleMs: number): Partial<Policy> => ({ startRule: { kind: 'at-once', settleMs } })
const weekly: Partial<Policy> = { startRule: { kind: 'weekly', day: 'MO', at: '09:00' } }
const byHand: Partial<Policy> = { startRule: { kind: 'by-hand' } }

export const looser: readonly (readonly [name: string, section: keyof Policy, pair: Pair])[] = [
  ['the lab label', 'isLab', to({ isLab: true })],
  ['a ring less', 'rings', to({ rings: standardPolicy.rings.filter((_, index) => index !== 1) })],
  ['a soak shorter', 'rings', ring(0, { soakMs: 19 * hourMs })],
  ['a deferral shorter', 'rings', ring(2, { deferralMs: 0 })],
  ['more at a time', 'rings', ring(2, { concurrency: 21 })],
  ['all at a time', 'rings', ring(2, { concurrency: null })],
  ['other test devices', 'rings', ring(0, { members: { kind: 'tags', tags: ['spare'] } })],
  ['more devices in an early ring', 'rings', ring(1, { members: { kind: 'percent', percent: 90 } })],
  ['a window always open', 'rings', ring(2, { window: { kind: 'always' } })],
  ['a window of another day', 'rings', window({ days: ['TH', 'FR'] })],
  ['a longer window', 'rings', window({ durationMs: 4 * hourMs })],
  ['an earlier window', 'rings', window({ start: '01:00' })],
  ['a later window that ends later', 'rings', window({ start: '03:00' })],
  ['a window in another zone', 'rings', window({ zone: 'Europe/Berlin' })],
  ['fewer proofs', 'gate', gate({ provedShare: 0.01 })],
  ['more failures', 'gate', gate({ failureLimit: 2 })],
  ['more failures of many', 'gate', gate({ failureShareAbove50: 0.03 })],
  ['no person asked for a small ring', 'gate', gate({ smallRingNeedsPerson: false })],
  ['a person asked later', 'gate', gate({ onNotEnough: 'soak-longer' })],
  ['another small ring', 'gate', gate({ smallRingBelow: 0 })],
  ['a soak in all hours', 'workingHours', to({ workingHours: null })],
  ['one more working day', 'workingHours', hours({ days: ['MO', 'TU', 'WE', 'TH', 'FR', 'SA'] })],
  ['longer working hours', 'workingHours', hours({ end: '20:00' })],
  ['a shorter cut-off', 'cutOffMs', to({ cutOffMs: 0 })],
  ['a missed window caught up at once', 'missedWindow', to({ missedWindow: 'at-once' })],
  ['an earlier start', 'startRule', to(settled(0))],
  ['a start by itself', 'startRule', from(byHand, settled(hourMs))],
  ['a start at any time', 'startRule', from(weekly, settled(hourMs))],
  ['a start on another day', 'startRule', from(weekly, { startRule: { kind: 'weekly', day: 'TU', at: '09:00' } })],
  ['a rule more', 'approvalRules', rules(definitions, security, anything)],
  ['a rule sooner', 'approvalRules', rules(definitions, { ...security, afterDays: 0 })],
  ['a rule for what cannot be undone', 'approvalRules', rules(definitions, { ...security, onlyIfUndoable: false })],
  [
    'a rule of more kinds',
    'approvalRules',
    rules(definitions, { ...security, classifications: ['security', 'critical', 'driver'] }),
  ],
  [
    'a rule before the one that asks',
    'approvalRules',
    from({ approvalRules: [{ ...anything, effect: 'ask' }, anything] }, { approvalRules: [anything] }),
  ],
  [
    'a rule switched on',
    'approvalRules',
    from({ approvalRules: [{ ...anything, isOn: false }] }, { approvalRules: [anything] }),
  ],
  ['a breaker that trips later', 'breaker', to({ breaker: { devices: 4 } })],
  ['a start without the door', 'mayStartOffline', to({ mayStartOffline: true })],
  ['a probe less', 'probes', from({ probes: [probe] }, { probes: [] })],
  ['another probe', 'probes', from({ probes: [probe] }, { probes: [{ ...probe, timeoutMs: 9_000 }] })],
  ['a watch that looks less often', 'watchIntervalMs', to({ watchIntervalMs: 10 * minuteMs })],
]

export const stricter: readonly (readonly [name: string, pair: Pair])[] = [
  ...looser
    // Turned round, these have no order either.
    .filter(
      ([name]) =>
        !/^(a ring|other|more devices|a window in|a later|an earlier window|another small|another probe|a start on)/.test(
          name,
        ),
    )
    .map(([name, , [before, after]]) => [`${name}, taken back`, [after, before]] as const),
  ['a shorter window inside', window({ start: '03:00', durationMs: hourMs })],
  ['a rule that asks first', rules({ ...anything, effect: 'ask' }, definitions, security)],
  ['no rule', rules()],
]
