import { type DecisionFacts, decide } from '../approvals/rules.ts'
import type { ApprovalRule } from '../policies/schema.ts'
import type { Attempt, Why, WhyFacts } from './why-facts.ts'
import { whyNotPatched } from './why-sentence.ts'

// Facts for the tests of the why-sentence: an approved patch on a device that answers, changed by each case.

// Tuesday 17 September 2024, 09:12 in London.
export const now = new Date('2024-09-17T08:12:00Z')
export const at = (text: string) => new Date(`${text}:00+01:00`)

export const base: DecisionFacts = {
  patch: { classification: 'security', severity: 'important', releasedAt: null, firstSeenAt: at('2024-09-10T09:00') },
  undoClass: 'kept',
  holds: [],
  exceptions: [],
  consent: null,
  decisions: [],
  rules: [],
  now,
}
export const approval = {
  scope: 'client',
  kind: 'approve',
  by: 'Ana Bell',
  at: at('2024-09-16T10:00'),
  until: null,
  reason: '',
} as const
export const rule: ApprovalRule = {
  classifications: [],
  severities: [],
  afterDays: 0,
  onlyIfUndoable: false,
  effect: 'approve',
}
export const decision = (changes: Partial<DecisionFacts>) => decide({ ...base, ...changes })
export const approved = decision({ decisions: [approval] })
export const hold = {
  scope: 'client',
  source: 'gate',
  setBy: 'Gate of Test',
  setAt: at('2024-09-17T00:04'),
  reason: 'lab-svc 3.0 failed the gate of ring Test: 0 of 1 proved, 1 failed, limit 0',
} as const
export const held = decision({ holds: [hold], decisions: [approval] })

export const attempt: Attempt = {
  rolloutNumber: 12,
  isLive: true,
  paused: null,
  state: 'staged',
  stateAt: at('2024-09-16T22:19'),
  reason: '',
  installs: 0,
  ring: { name: 'Production', state: 'waiting', notBefore: at('2024-09-16T22:00') },
  gate: { verdict: 'waiting', soakEndsAt: null, isStopped: false },
  ringBefore: null,
  window: { opensAt: at('2024-09-19T02:00'), lastStartAt: at('2024-09-19T04:45'), isAlways: false },
  order: null,
}
export const open = { ring: { ...attempt.ring, state: 'open' as const } }
export const signed = { isSigned: true, isPermitted: false, windowOpenUntil: null }

export function why(changes: Partial<WhyFacts>) {
  return whyNotPatched({
    patchName: 'lab-svc 3.0',
    clientName: 'Brightwater Accountants',
    zone: 'Europe/London',
    now,
    device: { status: 'active', seenAt: at('2024-09-17T09:10'), isRebootPending: false },
    stop: null,
    decision: approved,
    startRule: { kind: 'at-once', settleMs: 3_600_000 },
    hasTestDevice: true,
    setWaitsFor: [],
    elsewhere: null,
    pastDue: null,
    hasFailedBefore: false,
    triedIn: null,
    attempt: null,
    ...changes,
  })
}
export const going = (changes: Partial<Attempt>) => ({ attempt: { ...attempt, ...changes } })

/** The answer with its deciding fact in brackets. */
export const sentenceOf = (said: Why) => said.answer.map(({ text, tone }) => (tone ? `[${text}]` : text)).join('')

/** Name, facts, answer, consequence, what happens next. */
export type WhyCase = [string, Partial<WhyFacts>, string, string, string]
