import { formatCount, formatPercent, plural } from '../../components/format.ts'
import type { Policy, RingRule } from '../policies/schema.ts'
import {
  hoursWords,
  isRuleOn,
  membersWords,
  missedWords,
  notEnoughWords,
  probeWords,
  ruleWords,
  soakWords,
  spanWords,
  startWords,
  windowWords,
  zoneWords,
} from '../policy-words/rules.ts'

/** One value that differs: where, what it is called, and both values in words. */
export interface PolicyChange {
  section: keyof Policy
  /** The place inside the section, so that its control can be marked: "1.soakMs". */
  path: string
  /** Of what was added or removed, the name says so: "Rule added". */
  kind: 'added' | 'removed' | 'changed'
  name: string
  /** Empty for what was added. */
  was: string
  /** Empty for what was removed, and where the name of what was added says it all. */
  is: string
}

/** "Early soak 16 h, was 20 h"; of a list, the line that came or went. */
export function changeWords({ kind, name, was, is }: PolicyChange): string {
  if (kind === 'changed') return `${name} ${is || 'empty'}, was ${was}`
  const line = kind === 'added' ? is : was
  return line ? `${name}: ${line}` : name
}

/** "Early soak: 20 h → 16 h": both values, the former first; of a list, the line that came or went. */
export function changeLine(change: PolicyChange): string {
  const { kind, name, was, is } = change
  return kind === 'changed' ? `${name}: ${was || 'empty'} → ${is || 'empty'}` : changeWords(change)
}

/** Equal documents, whatever the order of their keys: the database keeps none. */
export const isSame = (a: unknown, b: unknown) => JSON.stringify(a, sortKeys) === JSON.stringify(b, sortKeys)

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Every value in which a policy differs from another, in the order of the page. Pure. */
export function findChanges(base: Policy, next: Policy): PolicyChange[] {
  return [
    ...ringChanges(base, next),
    ...gateChanges(base.gate, next.gate),
    ...ruleChanges(base.approvalRules, next.approvalRules),
    ...value('dueDays', 'Due', base, next, (policy) => plural(policy.dueDays, 'day', 'days')),
    ...value('startRule', 'Rollouts start', base, next, (policy) => startWords(policy.startRule)),
    ...value('missedWindow', 'A missed window is caught up', base, next, (policy) => missedWords[policy.missedWindow]),
    ...value('cutOffMs', 'Cut-off', base, next, (policy) => spanWords(policy.cutOffMs)),
    ...value('workingHours', 'Working hours', base, next, (policy) => hoursWords(policy.workingHours)),
    ...value('breaker', 'Breaker', base, next, (policy) => plural(policy.breaker.devices, 'device', 'devices')),
    ...value('mayStartOffline', 'Offline start', base, next, (policy) =>
      policy.mayStartOffline ? 'allowed' : 'not allowed',
    ),
    ...listChanges('probes', 'Probe', base.probes.map(fullProbe), next.probes.map(fullProbe)),
    ...value('watchIntervalMs', 'Watch', base, next, (policy) => `every ${spanWords(policy.watchIntervalMs)}`),
    ...value('isLab', 'Lab policy', base, next, (policy) => (policy.isLab ? 'yes' : 'no')),
  ]
}

const fullProbe = (probe: Policy['probes'][number]) =>
  [
    `${probe.name}: ${probeWords(probe)}`,
    'timeoutMs' in probe ? `within ${spanWords(probe.timeoutMs)}` : '',
    probe.ownerFile ? `owned through ${probe.ownerFile}` : '',
  ]
    .filter(Boolean)
    .join(', ')

function value(
  section: keyof Policy,
  name: string,
  base: Policy,
  next: Policy,
  words: (policy: Policy) => string,
): PolicyChange[] {
  if (isSame(base[section], next[section])) return []
  return [{ section, path: '', kind: 'changed', name, was: words(base), is: words(next) }]
}

/** The ring that this one was before: the one with its name, else the one at its place if that is not there under its name any more. */
export function formerRing(base: readonly RingRule[], next: readonly RingRule[], index: number): RingRule | undefined {
  const ring = next[index]
  const same = base.find((one) => one.name === ring?.name)
  if (same) return same
  const there = base[index]
  return there && !next.some((one) => one.name === there.name) ? there : undefined
}

const reordered = { was: 'another order', is: 'a new order' }

function ringChanges(base: Policy, next: Policy): PolicyChange[] {
  const former = next.rings.map((_, index) => formerRing(base.rings, next.rings, index))
  const gone = base.rings.filter((ring) => !former.includes(ring))
  const order = (rings: readonly (RingRule | undefined)[]) => rings.filter((ring) => ring !== undefined)
  const isMoved = !isSame(
    order(former),
    base.rings.filter((ring) => former.includes(ring)),
  )
  return [
    ...next.rings.flatMap((after, index): PolicyChange[] => {
      const before = former[index]
      return before
        ? oneRing(index, before, after, { base, next })
        : [{ section: 'rings', path: `${index}`, kind: 'added', name: `Ring ${after.name} added`, was: '', is: '' }]
    }),
    ...gone.map(
      (ring): PolicyChange => ({
        section: 'rings',
        path: `gone ${ring.name}`,
        kind: 'removed',
        name: `Ring ${ring.name} removed`,
        was: '',
        is: '',
      }),
    ),
    ...(isMoved
      ? [{ section: 'rings' as const, path: 'order', kind: 'changed' as const, name: 'Rings', ...reordered }]
      : []),
  ]
}

function oneRing(
  index: number,
  before: RingRule,
  after: RingRule,
  { base, next }: { base: Policy; next: Policy },
): PolicyChange[] {
  const parts: [keyof RingRule, string, (ring: RingRule, policy: Policy) => string][] = [
    ['name', 'name', (ring) => ring.name],
    ['members', 'who', membersWords],
    ['deferralMs', 'deferral', (ring) => spanWords(ring.deferralMs)],
    ['soakMs', 'soak', (ring, policy) => soakWords(ring.soakMs, policy.workingHours !== null)],
    ['concurrency', 'at a time', (ring) => (ring.concurrency === null ? 'all' : formatCount(ring.concurrency))],
    ['deadlineMs', 'deadline', (ring) => spanWords(ring.deadlineMs)],
    [
      'window',
      'window',
      (ring) => [windowWords(ring.window), zoneWords(ring.window)].filter((part) => part !== '').join(', '),
    ],
  ]
  return parts.flatMap(([key, name, words]) =>
    isSame(before[key], after[key])
      ? []
      : [
          {
            section: 'rings' as const,
            path: `${index}.${key}`,
            kind: 'changed' as const,
            name: `${after.name} ${name}`,
            was: words(before, base),
            is: words(after, next),
          },
        ],
  )
}

function gateChanges(base: Policy['gate'], next: Policy['gate']): PolicyChange[] {
  const parts: [keyof Policy['gate'], string, (gate: Policy['gate']) => string][] = [
    ['provedShare', 'Proved', (gate) => formatPercent(gate.provedShare * 100)],
    ['failureLimit', 'Failures allowed', (gate) => formatCount(gate.failureLimit)],
    ['failureShareAbove50', 'Failures above 50 devices', (gate) => `${gate.failureShareAbove50 * 100}\u202f%`],
    ['onNotEnough', 'Without enough evidence', (gate) => notEnoughWords[gate.onNotEnough]],
    ['smallRingBelow', 'A small test ring has fewer than', (gate) => plural(gate.smallRingBelow, 'device', 'devices')],
    ['smallRingNeedsPerson', 'A small test ring asks a person', (gate) => (gate.smallRingNeedsPerson ? 'yes' : 'no')],
  ]
  return parts.flatMap(([key, name, words]) =>
    base[key] === next[key]
      ? []
      : [{ section: 'gate' as const, path: key, kind: 'changed' as const, name, was: words(base), is: words(next) }],
  )
}

/** A rule that was only switched is told as that, by its place; the rest as what left and what came. */
function ruleChanges(before: Policy['approvalRules'], after: Policy['approvalRules']): PolicyChange[] {
  const switched = after.flatMap((rule, index): PolicyChange[] => {
    const is = isRuleOn(rule)
    const twin = before.some((one) => isRuleOn(one) !== is && isSame(plainRule(one), plainRule(rule)))
    if (!twin || before.some((one) => isSame(one, rule))) return []
    const name = `Rule ${index + 1}`
    const words = is ? { was: 'off', is: 'on' } : { was: 'on', is: 'off' }
    return [{ section: 'approvalRules', path: ruleWords(rule), kind: 'changed', name, ...words }]
  })
  if (switched.length === 0) return listChanges('approvalRules', 'Rule', before.map(ruleWords), after.map(ruleWords))
  const sentences = (rules: Policy['approvalRules']) => rules.map((rule) => ruleWords(plainRule(rule)))
  return [...switched, ...listChanges('approvalRules', 'Rule', sentences(before), sentences(after))]
}

/** The rule without its switch. */
function plainRule({ isOn: _, ...rule }: Policy['approvalRules'][number]) {
  return rule
}

/** Lists are told as what left and what came; the same lines in another order are one change. */
function listChanges(
  section: 'approvalRules' | 'probes',
  name: string,
  before: readonly string[],
  after: readonly string[],
): PolicyChange[] {
  if (isSame(before, after)) return []
  const gone = before.filter((line) => !after.includes(line))
  const come = after.filter((line) => !before.includes(line))
  if (gone.length === 0 && come.length === 0)
    return [{ section, path: '', kind: 'changed', name: `${name}s`, ...reordered }]
  const removed = { section, path: '', kind: 'removed' as const, name: `${name} taken out`, is: '' }
  const added = { section, kind: 'added' as const, name: `${name} added`, was: '' }
  return [...gone.map((was) => ({ ...removed, was })), ...come.map((is) => ({ ...added, path: is, is }))]
}
