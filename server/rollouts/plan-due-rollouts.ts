import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { rollouts } from '../../db/schema/rollouts.ts'
import { acrossTenants, read } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import { keepsBack } from '../consents/queries.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { isInForce } from '../exceptions/in-force.ts'
import { findPolicyInForce } from '../policies/queries.ts'
import { standardPolicy } from '../policies/rules.ts'
import type { Policy } from '../policies/schema.ts'
import { expandWindow } from '../windows/rules.ts'
import { isProvedSinceLook } from './find-candidates.ts'
import { startRollout } from './start-rollout.ts'

/** A client in the planner's turn. */
export interface PlanTurn {
  mspId: string
  clientId: string
}
export interface PlanRound {
  at: Date
  /** Where the last round ended; null begins with the first client. */
  after: PlanTurn | null
  /** Clients a round looks at: all get their turn, however many wait for a person. */
  roundClients?: number
  contextOf: (mspId: string) => Context
  /** One client's fault is no other's: it is told here, and the round goes on. */
  onFailure: (client: PlanTurn, error: unknown) => void
}
interface DueClient extends Record<string, unknown> {
  msp_id: string
  client_id: string
  newest: string
}

const usualClients = 200

/**
 * The plan sweep: starts a rollout for each client whose start rule is due and that has something approved and unclaimed. Answers how many
 * started, and where the next round goes on (null: from the beginning).
 */
export async function planDueRollouts(round: PlanRound): Promise<{ started: number; next: PlanTurn | null }> {
  const due = await findClients(round)
  let started = 0
  for (const { msp_id: mspId, client_id: clientId, newest } of due) {
    const ctx = round.contextOf(mspId)
    try {
      if (!(await isDue(ctx, clientId, new Date(newest)))) continue
      await startRollout(ctx, { clientId, patchIds: [] })
      started += 1
    } catch (error) {
      // No test device, or nothing approved: the overview says so; the next round looks again.
      if (!(error instanceof DomainError)) round.onFailure({ mspId, clientId }, error)
    }
  }
  const last = due.length === (round.roundClients ?? usualClients) ? due.at(-1) : undefined
  return { started, next: last ? { mspId: last.msp_id, clientId: last.client_id } : null }
}

/**
 * The next clients with a patch that could start by itself: unclaimed, not held, not excepted, waiting for no client's yes, not rejected or deferred, never failed on that device, and
 * approved by a person or of a kind that a rule approves. `decide` (approvals/rules.ts) has the last word; this leaves out what surely waits.
 */
function findClients({ at, after, roundClients = usualClients }: PlanRound): Promise<DueClient[]> {
  const now = sql`${at.toISOString()}::timestamptz`
  const { startRule, approvalRules } = standardPolicy
  const newestPolicy = (whose: SQL) =>
    sql`(select y.document from policies y where y.msp_id = c.msp_id and ${whose} order by y.version desc limit 1)`
  const decided = (
    kinds: SQL,
  ) => sql`exists (select from decisions d where d.msp_id = t.msp_id and d.patch_id = t.patch_id
    and d.withdrawn_at is null and (d.client_id is null or d.client_id = t.client_id)
    and (d.device_id is null or d.device_id = t.device_id) and ${kinds})`
  const fits = (list: SQL, value: SQL) => sql`(jsonb_array_length(${list}) = 0 or ${list} ? ${value})`
  return acrossTenants('planning of rollouts', (tx) =>
    tx.execute<DueClient>(sql`
      select c.msp_id, c.id as client_id, to_json(f.newest)#>>'{}' as newest
      from clients c
        cross join lateral (select ${newestPolicy(sql`y.client_id = c.id`)} as own, ${newestPolicy(sql`y.client_id is null`)} as standard) y
        cross join lateral (select coalesce(y.own->'startRule', y.standard->'startRule', ${JSON.stringify(startRule)}::jsonb) as start_rule,
          coalesce(y.own->'approvalRules', y.standard->'approvalRules', ${JSON.stringify(approvalRules)}::jsonb) as approval_rules) r
        cross join lateral (select exists (select from exceptions e where e.msp_id = c.msp_id and e.client_id = c.id and ${isInForce(now)}) as is_any) x
        cross join lateral (select max(t.found_at) as newest from device_patches t
            join patches p on p.msp_id = t.msp_id and p.id = t.patch_id
            left join client_patch_classes w on w.msp_id = t.msp_id and w.client_id = t.client_id and w.patch_id = t.patch_id
          where t.msp_id = c.msp_id and t.client_id = c.id and t.resolved_at is null
            and not exists (select from plan_items i where i.msp_id = t.msp_id and i.device_id = t.device_id
              and i.package_name = p.name and i.is_claimed)
            and not exists (select from plan_items i where i.msp_id = t.msp_id and i.device_id = t.device_id
              and i.client_id = t.client_id and i.patch_id = t.patch_id and i.state in ('failed', 'rolled-back', 'rollback-failed'))
            and not ${isProvedSinceLook(sql.raw('t'))}
            and not exists (select from holds h where h.msp_id = t.msp_id and h.patch_id = t.patch_id and h.lifted_at is null
              and (h.client_id is null or h.client_id = t.client_id))
            and not (x.is_any and door.is_excepted(${now}, t.msp_id, t.device_id, t.patch_id))
            and not exists (select from consents q where q.msp_id = t.msp_id and q.client_id = t.client_id and q.patch_id = t.patch_id and ${keepsBack})
            and not ${decided(sql`(d.kind = 'reject' or (d.kind = 'defer' and (d.defer_until is null or d.defer_until > ${now})))`)}
            and (${decided(sql`d.kind = 'approve'`)} or exists (select from jsonb_array_elements(r.approval_rules) as a (rule)
              where a.rule->>'effect' = 'approve' and coalesce((a.rule->>'isOn')::boolean, true)
                and ${fits(sql`a.rule->'classifications'`, sql`coalesce(w.classification, '')`)} and ${fits(sql`a.rule->'severities'`, sql`coalesce(w.severity, '')`)}))) f
      where c.archived_at is null and r.start_rule->>'kind' <> 'by-hand' and f.newest is not null
        and ${after ? sql`(c.msp_id, c.id) > (${after.mspId}::uuid, ${after.clientId}::uuid)` : sql`true`}
      order by c.msp_id, c.id limit ${roundClients}`),
  )
}

function isDue(ctx: Context, clientId: string, newest: Date): Promise<boolean> {
  return read(ctx, 'rollout:read', async (tx) => {
    const { policy } = await findPolicyInForce(tx, clientId)
    if (policy.startRule.kind === 'at-once') return ctx.now.getTime() - newest.getTime() >= policy.startRule.settleMs
    if (policy.startRule.kind === 'by-hand') return false
    const client = await getClientRow(tx, clientId)
    const [last] = await tx
      .select({ startedAt: rollouts.startedAt })
      .from(rollouts)
      .where(and(eq(rollouts.clientId, clientId)))
      .orderBy(desc(rollouts.startedAt))
      .limit(1)
    return isWeeklyStartDue(policy, client.timeZone, ctx.now, last?.startedAt ?? null)
  })
}

/** True in the hour after the weekly start, unless a rollout started since. */
export function isWeeklyStartDue(policy: Policy, zone: string, now: Date, lastStart: Date | null): boolean {
  if (policy.startRule.kind !== 'weekly') return false
  const { day, at } = policy.startRule
  const [open] = expandWindow(
    { kind: 'weekly', days: [day], start: at, durationMs: 3_600_000, zone },
    zone,
    now,
    new Date(now.getTime() + 1),
    0,
  )
  return open !== undefined && open.opensAt <= now && (lastStart === null || lastStart < open.opensAt)
}
