import type { Policy } from '../../server/policies/schema.ts'

const minuteMs = 60_000

/** The lab's own policy (DESIGN "Rings"): always open, 30 s of soak, no working hours, one proof and no person's yes. */
export const labPolicy: Policy = {
  isLab: true,
  rings: [
    {
      name: 'Test',
      members: { kind: 'tags', tags: ['test'] },
      deferralMs: 0,
      soakMs: 30_000,
      concurrency: null,
      deadlineMs: 60 * minuteMs,
      window: { kind: 'always' },
    },
    {
      name: 'Production',
      members: { kind: 'rest' },
      deferralMs: 0,
      soakMs: 30_000,
      concurrency: 20,
      deadlineMs: 60 * minuteMs,
      window: { kind: 'always' },
    },
  ],
  gate: {
    provedShare: 0.8,
    failureLimit: 1,
    failureShareAbove50: 0.02,
    onNotEnough: 'ask',
    smallRingBelow: 10,
    smallRingNeedsPerson: false,
  },
  workingHours: null,
  cutOffMs: 0,
  missedWindow: 'at-once',
  startRule: { kind: 'at-once', settleMs: 6_000 },
  approvalRules: [
    { classifications: ['security', 'bug fix'], severities: [], afterDays: 0, onlyIfUndoable: true, effect: 'approve' },
  ],
  dueDays: 14,
  breaker: { devices: 3 },
  mayStartOffline: false,
  probes: [
    {
      kind: 'process',
      name: 'lab-svc process',
      pidFile: '/run/lab-svc/pid',
      ownerFile: '/usr/lib/lab-svc/service.json',
    },
    {
      kind: 'http',
      name: 'lab-svc answers',
      port: { portFile: '/run/lab-svc/port' },
      path: '/health',
      expectStatus: 200,
      timeoutMs: 2_000,
      ownerFile: '/usr/lib/lab-svc/service.json',
    },
  ],
  watchIntervalMs: 3_000,
}
