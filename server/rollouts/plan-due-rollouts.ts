import { and, desc, eq, sql } from 'drizzle-orm'
import { rollouts } from '../../db/schema/rollouts.ts'
import { acrossTenants, read } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { findPolicyInForce } from '../policies/queries.ts'
import type { Policy } from '../policies/schema.ts'
import { expandWindow } from '../windows/rules.ts'
import { startRollout } from './start-rollout.ts'

interface DueClient extends Record<string, unknown> {
  msp_id: string
  client_id: string
  newest: string
}

/** The plan sweep: starts a rollout for each client whose start rule is due and that has something approved and unclaimed. */
export async function planDueRollouts(contextOf: (mspId: string) => Context): Promise<number> {
  const due = await acrossTenants('planning of rollouts', (tx) =>
    tx.execute<DueClient>(sql`
      select t.msp_id, t.client_id, to_json(max(t.found_at))#>>'{}' as newest from device_patches t
        join patches p on p.msp_id = t.msp_id and p.id = t.patch_id
      where t.resolved_at is null
        and not exists (select from plan_items i where i.msp_id = t.msp_id and i.device_id = t.device_id
          and i.package_name = p.name and i.is_claimed)
        and not exists (select from plan_items i where i.msp_id = t.msp_id and i.device_id = t.device_id
          and i.patch_id = t.patch_id and i.state in ('failed', 'rolled-back', 'rollback-failed'))
        and not exists (select from holds h where h.msp_id = t.msp_id and h.patch_id = t.patch_id and h.lifted_at is null
          and (h.client_id is null or h.client_id = t.client_id))
      group by t.msp_id, t.client_id order by 3 limit 200`),
  )
  let started = 0
  for (const { msp_id: mspId, client_id: clientId, newest } of due) {
    const ctx = contextOf(mspId)
    if (!(await isDue(ctx, clientId, new Date(newest)))) continue
    try {
      await startRollout(ctx, { clientId, patchIds: [] })
      started += 1
    } catch (error) {
      // No test device, or nothing approved: the overview says so; the next round looks again.
      if (!(error instanceof DomainError)) throw error
    }
  }
  return started
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
