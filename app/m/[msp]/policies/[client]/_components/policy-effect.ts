import { dueDate, packsInForce } from '@/server/due-dates/rules'
import type { ApprovalRule, Policy } from '@/server/policies/schema'
import { isRuleOn } from '@/server/policy-words/rules'
import { nextWindows, soakEnd } from '@/server/windows/rules'

const dayMs = 24 * 3_600_000

/** When a patch released at a moment would reach a ring, if every gate passes. */
export interface RingArrival {
  name: string
  opensAt: Date
  /** The soak is over: the gate decides. */
  gateAt: Date
}

export interface PolicyEffect {
  /** null: no rule approves it, a person does; the rest is counted from the release. */
  approvedAt: Date | null
  startsByHand: boolean
  rings: RingArrival[]
  dueAt: Date
  /** The last ring opens after the due date. */
  isLate: boolean
}

/**
 * What a policy would do with a security patch that can be undone, released at `releasedAt`, on devices in `zone`: approval, start rule,
 * deferral, windows, soak, and when it is due, `rulePacks` of the client included. Pure; every gate is taken to pass at the end of its soak.
 */
export function forecastPatch(
  policy: Policy,
  releasedAt: Date,
  zone: string,
  rulePacks: readonly string[] = [],
): PolicyEffect {
  const rule = firstRule(policy.approvalRules)
  const approvedAt = rule?.effect === 'approve' ? new Date(releasedAt.getTime() + rule.afterDays * dayMs) : null
  const startsAt = startOf(policy, approvedAt ?? releasedAt, zone)
  let from = startsAt
  const rings = policy.rings.map((ring): RingArrival => {
    const earliest = new Date(Math.max(from.getTime(), releasedAt.getTime() + ring.deferralMs))
    const open = nextWindows(ring.window, zone, earliest, 2, policy.cutOffMs).find((one) => one.lastStartAt > earliest)
    const opensAt = open && open.opensAt > earliest ? open.opensAt : earliest
    const gateAt = soakEnd(opensAt, ring.soakMs, policy.workingHours, zone)
    from = gateAt
    return { name: ring.name, opensAt, gateAt }
  })
  const patch = { classification: 'security', severity: 'unknown', releasedAt, firstSeenAt: releasedAt }
  const due = dueDate(patch, packsInForce(rulePacks, policy.dueDays), zone)
  if (!due) throw new Error('the policy dates every security patch')
  const { dueAt } = due
  const last = rings.at(-1)
  return {
    approvedAt,
    startsByHand: policy.startRule.kind === 'by-hand',
    rings,
    dueAt,
    isLate: last !== undefined && last.opensAt > dueAt,
  }
}

/** Mirrors `askRules` of server/approvals/rules.ts for this one kind of patch. */
function firstRule(rules: readonly ApprovalRule[]): ApprovalRule | undefined {
  return rules.find(
    (rule) =>
      isRuleOn(rule) &&
      (rule.classifications.length === 0 || rule.classifications.includes('security')) &&
      rule.severities.length === 0,
  )
}

function startOf({ startRule }: Policy, approvedAt: Date, zone: string): Date {
  switch (startRule.kind) {
    case 'at-once':
      return new Date(approvedAt.getTime() + startRule.settleMs)
    case 'by-hand':
      return approvedAt
    case 'weekly': {
      const rule = {
        kind: 'weekly' as const,
        days: [startRule.day],
        start: startRule.at,
        durationMs: 60_000,
        zone: 'device' as const,
      }
      const [next] = nextWindows(rule, zone, approvedAt, 1, 0)
      return next && next.opensAt > approvedAt ? next.opensAt : approvedAt
    }
  }
}

export interface EffectWords {
  /** The answer: "Production opens about 2 days later." */
  title: string
  isLaterPastDue: boolean
}

/** What a change does to the last ring, in one sentence. */
export function describeEffect(before: PolicyEffect, after: PolicyEffect, hasChanges: boolean): EffectWords {
  const isLaterPastDue = after.isLate && !before.isLate
  const last = after.rings.at(-1)
  const was = before.rings.at(-1)
  if (!hasChanges) return { title: 'Nothing is changed yet.', isLaterPastDue: false }
  if (!last || !was) return { title: 'Rings are missing.', isLaterPastDue }
  if (before.approvedAt !== null && after.approvedAt === null)
    return { title: 'A security patch would wait for a person.', isLaterPastDue }
  if (before.approvedAt === null && after.approvedAt !== null)
    return { title: 'A security patch would no longer wait for a person.', isLaterPastDue }
  const shiftMs = last.opensAt.getTime() - was.opensAt.getTime()
  if (shiftMs === 0) return { title: `${last.name} opens at the same time as before.`, isLaterPastDue }
  const far = aboutWords(Math.abs(shiftMs))
  return { title: `${last.name} opens ${far} ${shiftMs > 0 ? 'later' : 'earlier'}.`, isLaterPastDue }
}

function aboutWords(ms: number): string {
  if (ms < 3_600_000) return 'less than an hour'
  if (ms < dayMs) {
    const hours = Math.round(ms / 3_600_000)
    return `about ${hours} ${hours === 1 ? 'hour' : 'hours'}`
  }
  const days = Math.round(ms / dayMs)
  return `about ${days} ${days === 1 ? 'day' : 'days'}`
}
