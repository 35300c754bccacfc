import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { enrolmentTokens } from '../../db/schema/devices.ts'
import { proposals } from '../../db/schema/records.ts'
import { rollouts, workOrders } from '../../db/schema/rollouts.ts'
import { clients } from '../../db/schema/tenancy.ts'
import { perform, requireRight, type Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { endProposal, isOpenSql } from '../proposals/proposal-rows.ts'
import { archivedReason } from '../proposals/rules.ts'
import { callOff } from '../rollouts/call-off.ts'
import { findRolloutFacts, getRolloutRow, require } from '../rollouts/rollout-rows.ts'
import { rolloutCan } from '../rollouts/rules.ts'
import { uuids } from '../uuid-array.ts'
import { type ClientRow, clientChange, lockClient } from './lock-client.ts'
import { clientCan } from './rules.ts'
import type { ArchiveClient } from './schema.ts'
import { seeArchived } from './see-archived.ts'

/**
 * Puts a client away: it is in no list and no count any more, nothing is planned or started there, and its enrolment tokens are revoked. Its
 * devices go on checking in. Its running rollouts are aborted, where `abortRollouts` says exactly how many those are; `not-allowed-now` with
 * the count otherwise. A transaction that an agent is in the middle of is finished, never killed.
 */
export function archiveClient(ctx: Context, input: ArchiveClient): Promise<{ aborted: number }> {
  return perform(ctx, 'client:archive', async (tx) => {
    const client = await lockClient(tx, input.clientId)
    const running = await tx
      .select({ id: rollouts.id })
      .from(rollouts)
      .where(and(eq(rollouts.clientId, client.id), eq(rollouts.state, 'running')))
      .orderBy(rollouts.id)
    const can = clientCan.archive({ running: running.length, aborting: input.abortRollouts })
    if (!can.can) throw notAllowedNow(can.reason)
    if (running.length > 0) requireRight(ctx, 'rollout:abort')
    const reason = input.reason || 'The client was archived'
    const aborted: Change[] = []
    for (const { id } of running) {
      const rollout = await getRolloutRow(tx, id, true)
      require(rolloutCan.abort(await findRolloutFacts(tx, rollout)))
      aborted.push(await callOff(tx, ctx, rollout, reason))
    }
    await withdrawRest(tx, ctx, client.id)
    const ended = await endProposals(tx, ctx, client)
    // From here on row-level security would hide the row from the statement that changes it.
    await seeArchived(tx)
    await tx.update(clients).set({ archivedAt: ctx.now }).where(eq(clients.id, client.id))
    return {
      value: { aborted: running.length },
      changes: [
        ...aborted,
        ...ended,
        clientChange(client, { archived: true, abortedRollouts: running.length }, input.reason),
      ],
    }
  })
}

/** Orders that did not begin, of stragglers and scans, and tokens that could still bring a device in. */
async function withdrawRest(tx: Tx, ctx: Context, clientId: string): Promise<void> {
  await tx
    .update(workOrders)
    .set({ state: 'void', finishedAt: ctx.now })
    .where(
      and(
        eq(workOrders.clientId, clientId),
        sql`${workOrders.state} in ('unsigned', 'ready') and ${workOrders.verb} <> 'rollback'`,
      ),
    )
  await tx
    .update(enrolmentTokens)
    .set({ revokedAt: ctx.now })
    .where(
      and(
        eq(enrolmentTokens.clientId, clientId),
        isNull(enrolmentTokens.revokedAt),
        gt(enrolmentTokens.expiresAt, ctx.now),
      ),
    )
}

/**
 * What waited for a second person and would have reached this client is not done any more, nowhere: it was asked for as a whole. What reaches
 * clients that the caller does not see is theirs to end for nobody; it reads as ended (`isShutSql`) while this client is archived.
 */
async function endProposals(tx: Tx, ctx: Context, client: Pick<ClientRow, 'id' | 'name'>): Promise<Change[]> {
  if (ctx.actor.kind === 'system') return []
  const open = await tx
    .select()
    .from(proposals)
    .where(and(isOpenSql(ctx.now), sql`${proposals.clientIds} && ${uuids([client.id])}`))
    .for('update')
  const changes: Change[] = []
  for (const row of open) changes.push(...(await endProposal(tx, ctx, row, 'withdrawn', archivedReason(client.name))))
  return changes
}
