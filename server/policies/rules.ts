import type { Policy, PolicyOverride } from './schema.ts'

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
