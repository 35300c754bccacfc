import { z } from 'zod'
import { probeSchema } from '../../agent/wire/probe-schema.ts'
import { anyReason, plainLine } from '../plain-text.ts'
import { isTimeZone } from '../windows/time-zone.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const durationMs = z
  .int()
  .min(0)
  .max(400 * dayMs)
const name = plainLine(60).min(1)

/** An IANA time zone, or each device's own. */
export const timeZoneSchema = z.string().refine(isTimeZone, 'is not an IANA time zone such as Europe/London')

export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof weekdays)[number]
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time such as 02:00')

/** When change may start: always, or weekly (days, start, duration) in a zone. `device` = each device's own zone. */
export const windowSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('always') }),
  z.strictObject({
    kind: z.literal('weekly'),
    days: z.array(z.enum(weekdays)).min(1, 'needs at least one day'),
    start: clockTime,
    durationMs: durationMs.min(15 * 60_000, 'is at least 15 minutes'),
    zone: z.union([z.literal('device'), timeZoneSchema]),
  }),
])
export type WindowRule = z.infer<typeof windowSchema>

const workingHoursSchema = z.strictObject({
  days: z.array(z.enum(weekdays)).min(1),
  start: clockTime,
  end: clockTime,
})
export type WorkingHours = z.infer<typeof workingHoursSchema>

/** Who is in a ring: by hand (tags), a share of the devices outside the first ring, or all that are left. */
const membersSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tags'), tags: z.array(plainLine(60).min(1)).min(1) }),
  z.strictObject({ kind: z.literal('percent'), percent: z.number().min(0.1).max(99) }),
  z.strictObject({ kind: z.literal('rest') }),
])

export const ringSchema = z.strictObject({
  name,
  members: membersSchema,
  /** After release (or first sight) before this ring may open. */
  deferralMs: durationMs,
  /** Counted in working hours where the policy has them. */
  soakMs: durationMs,
  /** How many devices at a time; null = all. */
  concurrency: z.int().min(1).max(10_000).nullable(),
  /** The ring closes at the latest this long after it opened. */
  deadlineMs: durationMs.min(60_000),
  window: windowSchema,
})
export type RingRule = z.infer<typeof ringSchema>

const gateSchema = z.strictObject({
  /** Share of the devices due that must have proved it. */
  provedShare: z.number().min(0.01).max(1),
  /** Failures allowed in rings of up to 50 devices, and above that as a share. */
  failureLimit: z.int().min(0).max(100),
  failureShareAbove50: z.number().min(0).max(0.2),
  onNotEnough: z.enum(['ask', 'soak-longer']),
  /** Below this many test devices: one proof, no failure, full soak and a person's yes. */
  smallRingBelow: z.int().min(0).max(100),
  smallRingNeedsPerson: z.boolean(),
})
export type GateRule = z.infer<typeof gateSchema>

export const classifications = [
  'security',
  'critical',
  'hotfix',
  'bug fix',
  'feature',
  'service pack',
  'driver',
  'definition',
] as const
export const severities = ['critical', 'important', 'moderate', 'low', 'unknown'] as const

/** Read from the top; the first that fits decides. */
export const approvalRuleSchema = z.strictObject({
  /** Empty = any. */
  classifications: z.array(z.enum(classifications)),
  severities: z.array(z.enum(severities)),
  /** Days since release (or first sight). */
  afterDays: z.int().min(0).max(365),
  onlyIfUndoable: z.boolean(),
  effect: z.enum(['approve', 'ask']),
  /** Absent = on. One that is off keeps its place and its settings and decides nothing. */
  isOn: z.boolean().optional(),
})
export type ApprovalRule = z.infer<typeof approvalRuleSchema>

const startRuleSchema = z.discriminatedUnion('kind', [
  // Devices report one after another: wait until no new finding came for this long, so that one rollout holds them all.
  z.strictObject({ kind: z.literal('at-once'), settleMs: durationMs }),
  z.strictObject({ kind: z.literal('weekly'), day: z.enum(weekdays), at: clockTime }),
  z.strictObject({ kind: z.literal('by-hand') }),
])

/** A whole policy. Durations in milliseconds; every value shows in the policy editor. */
export const policySchema = z
  .strictObject({
    isLab: z.boolean(),
    rings: z.array(ringSchema).min(2, 'needs a test ring and at least one more').max(6),
    gate: gateSchema,
    workingHours: workingHoursSchema.nullable(),
    /** No patch starts in the last part of a window. */
    cutOffMs: durationMs,
    missedWindow: z.enum(['next-window', 'at-once']),
    startRule: startRuleSchema,
    approvalRules: z.array(approvalRuleSchema).max(30),
    dueDays: z.int().min(1).max(365),
    breaker: z.strictObject({ devices: z.int().min(1).max(1_000) }),
    mayStartOffline: z.boolean(),
    probes: z.array(probeSchema).max(50),
    watchIntervalMs: z
      .int()
      .min(500)
      .max(24 * hourMs),
  })
  .superRefine((policy, issue) => {
    const [first] = policy.rings
    if (first && first.members.kind !== 'tags')
      issue.addIssue({
        code: 'custom',
        path: ['rings', 0, 'members'],
        message: 'the first ring is hand-picked: choose it by tags',
      })
    if (policy.rings.at(-1)?.members.kind !== 'rest')
      issue.addIssue({ code: 'custom', path: ['rings'], message: 'the last ring takes all devices that are left' })
    const names = policy.rings.map((ring) => ring.name.toLowerCase())
    if (new Set(names).size !== names.length)
      issue.addIssue({ code: 'custom', path: ['rings'], message: 'two rings have the same name' })
  })
export type Policy = z.infer<typeof policySchema>

/** What a client sets itself; whole sections, the rest is the MSP's standard. Not the breaker: that counts across the clients. */
export const policyOverrideSchema = z
  .strictObject({
    isLab: policySchema.shape.isLab,
    rings: policySchema.shape.rings,
    gate: gateSchema,
    workingHours: policySchema.shape.workingHours,
    cutOffMs: durationMs,
    missedWindow: policySchema.shape.missedWindow,
    startRule: startRuleSchema,
    approvalRules: policySchema.shape.approvalRules,
    dueDays: policySchema.shape.dueDays,
    mayStartOffline: z.boolean(),
    probes: policySchema.shape.probes,
    watchIntervalMs: policySchema.shape.watchIntervalMs,
  })
  .partial()
export type PolicyOverride = z.infer<typeof policyOverrideSchema>

/** `clientId` null saves the MSP's standard. */
export const savePolicySchema = z.strictObject({
  clientId: z.uuid().nullable(),
  /** The version that was edited: a save over somebody else's newer one is refused. */
  basedOnVersion: z.int().min(0),
  document: z.union([policySchema, policyOverrideSchema]),
  /** Wanted where a second person is asked. */
  reason: anyReason,
})
export type SavePolicy = z.infer<typeof savePolicySchema>

/** `clientId` null = the MSP's standard. */
export const getPolicySchema = z.strictObject({ clientId: z.uuid().nullable() })
export type GetPolicy = z.infer<typeof getPolicySchema>
