import { and, eq, inArray, isNull } from 'drizzle-orm'
import { holds } from '../../db/schema/patches.ts'
import { clients } from '../../db/schema/tenancy.ts'
import { perform, requireWhole } from '../access.ts'
import { wholeOnly } from '../approvals/rules.ts'
import { findTargetGroup } from '../client-groups/queries.ts'
import { actorName, type Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { getPatchRow, patchName } from '../patches/queries.ts'
import { stopHeld } from '../rollouts/stop-held.ts'
import type { SetHold } from './schema.ts'

/**
 * Nobody in the scope gets this patch until a person lifts the hold. It acts at once: the stop flag of its rollouts, running or waiting
 * for stragglers, is set in the same transaction, so no order or permit that is asked for after it names the patch; one that is being given
 * at this very moment may still go out, as it may not with a pause. What is installed stays; take it back with a rollback.
 * Scopes that a person holds already are left as they are and not counted.
 */
export function setHold(ctx: Context, input: SetHold): Promise<{ holds: number }> {
  return perform(ctx, 'hold:set', async (tx) => {
    const patch = await getPatchRow(tx, input.patchId)
    if (input.clients === 'all') requireWhole(ctx, wholeOnly.decide)
    const ids = input.clients === 'all' ? [] : [...new Set(input.clients)]
    const named = await tx.select({ id: clients.id, name: clients.name }).from(clients).where(inArray(clients.id, ids))
    if (named.length !== ids.length) throw notFound('This client')
    const group = await findTargetGroup(tx, ctx, input)
    const wanted = input.clients === 'all' ? [{ id: null, name: 'all clients' }] : named
    const standing = await tx
      .select({ clientId: holds.clientId })
      .from(holds)
      .where(and(eq(holds.patchId, patch.id), eq(holds.source, 'person'), isNull(holds.liftedAt)))
    // A second hold of the same scope would have to be lifted twice.
    const scopes = wanted.filter((scope) => !standing.some((hold) => hold.clientId === scope.id))
    if (scopes.length === 0) return { value: { holds: 0 }, changes: [] }
    await tx.insert(holds).values(
      scopes.map((scope) => ({
        mspId: ctx.mspId,
        clientId: scope.id,
        patchId: patch.id,
        source: 'person' as const,
        reason: input.reason,
        setBy: actorName(ctx.actor),
        setAt: ctx.now,
      })),
    )
    await stopHeld(tx, [patch.id], input.clients === 'all' ? 'all' : ids)
    return {
      value: { holds: scopes.length },
      changes: scopes.map((scope) => ({
        clientId: scope.id,
        subject: { kind: 'hold' as const, id: patch.id, name: patchName(patch) },
        reason: input.reason,
        details: { scope: scope.name, ...(group ? { group: group.name } : {}) },
      })),
    }
  })
}
