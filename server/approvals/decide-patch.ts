import { and, eq, inArray, isNull } from 'drizzle-orm'
import { decisions } from '../../db/schema/patches.ts'
import { clients } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { actorName, type Context } from '../context.ts'
import { getDeviceRow } from '../devices/queries.ts'
import { DomainError, notFound } from '../errors.ts'
import { getPatchRow, patchName } from '../patches/queries.ts'
import type { Action } from '../permissions.ts'
import type { DecidePatch } from './schema.ts'

const actionOf: Record<DecidePatch['kind'], Action> = {
  approve: 'patch:approve',
  reject: 'patch:reject',
  defer: 'patch:defer',
}

/**
 * Approves, rejects or defers a patch for a device, clients or the whole MSP. A newer decision of the same scope takes the place of
 * the older one, which stays as history. A hold is not touched: it is lifted apart, with its own reason.
 */
export function decidePatch(ctx: Context, input: DecidePatch): Promise<{ decided: number }> {
  return perform(ctx, actionOf[input.kind], async (tx) => {
    const patch = await getPatchRow(tx, input.patchId)
    if (input.clients === 'all' && ctx.clients !== 'all')
      throw new DomainError(
        'forbidden',
        'A decision for all clients is for people who see all clients. Choose the clients instead.',
      )
    if (input.deferUntil && input.deferUntil <= ctx.now)
      throw new DomainError('invalid', 'Not deferred: that day has come already. Choose a later one.')
    const scopes = input.clients === 'all' ? [null] : [...new Set(input.clients)]
    const named = await tx
      .select({ id: clients.id, name: clients.name })
      .from(clients)
      .where(
        inArray(
          clients.id,
          scopes.filter((id) => id !== null),
        ),
      )
    if (input.clients !== 'all' && named.length !== scopes.length) throw notFound('This client')
    const device = input.deviceId ? await getDeviceRow(tx, input.deviceId) : null
    if (device && device.clientId !== scopes[0]) throw notFound('This device')
    await tx
      .update(decisions)
      .set({ withdrawnAt: ctx.now })
      .where(
        and(
          eq(decisions.patchId, patch.id),
          isNull(decisions.withdrawnAt),
          input.clients === 'all' ? isNull(decisions.clientId) : inArray(decisions.clientId, [...input.clients]),
          device ? eq(decisions.deviceId, device.id) : isNull(decisions.deviceId),
        ),
      )
    await tx.insert(decisions).values(
      scopes.map((clientId) => ({
        mspId: ctx.mspId,
        clientId,
        deviceId: device?.id ?? null,
        patchId: patch.id,
        kind: input.kind,
        deferUntil: input.deferUntil ?? null,
        reason: input.reason,
        decidedBy: actorName(ctx.actor),
        decidedAt: ctx.now,
      })),
    )
    const changes = scopes.map(
      (clientId): Change => ({
        clientId,
        subject: { kind: 'patch', id: patch.id, name: patchName(patch) },
        reason: input.reason,
        details: {
          decision: input.kind,
          scope: device ? device.hostName : (named.find((one) => one.id === clientId)?.name ?? 'all clients'),
          ...(input.deferUntil ? { until: input.deferUntil.toISOString() } : {}),
        },
      }),
    )
    return { value: { decided: scopes.length }, changes }
  })
}
