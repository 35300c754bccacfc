import { and, eq, inArray } from 'drizzle-orm'
import { deviceEvents } from '../../db/schema/devices.ts'
import { patches } from '../../db/schema/patches.ts'
import { planItems } from '../../db/schema/rollouts.ts'
import { perform, type Tx } from '../access.ts'
import { findStanding } from '../approvals/find-standing.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow, notFound } from '../errors.ts'
import { patchName } from '../patches/queries.ts'
import { type DeviceAttempt, findAttempts } from './find-attempts.ts'
import { judgeRetry } from './find-missing.ts'
import { type DeviceRow, deviceChange, getDeviceRow } from './queries.ts'
import { recountFailed } from './recount-failed.ts'
import type { RetryDevice } from './schema.ts'

/**
 * The next attempt at what failed on a device and was taken back by it: whole update sets become staged again and the dispatch sweep
 * makes the order. A failure that was counted stays counted. Never past a stop, a hold or the last attempt.
 */
export function retryDevice(ctx: Context, input: RetryDevice): Promise<{ patches: string[] }> {
  return perform(ctx, 'device:retry', async (tx) => {
    const device = await getDeviceRow(tx, input.deviceId, true)
    const attempts = [...(await findAttempts(tx, device, ctx.now)).values()]
    const failed = input.patchId
      ? attempts.filter((attempt) => attempt.patchId === input.patchId)
      : attempts.filter((attempt) => attempt.state === 'failed' || attempt.state === 'rolled-back')
    if (input.patchId && failed.length === 0) throw notFound('This patch')
    if (failed.length === 0) throw notAllowedNow('Nothing has failed here.')
    const judged = await judgeAll(tx, device, failed, ctx.now)
    const allowed = judged.filter((one) => one.can.can)
    const refusal = judged.find((one) => !one.can.can)
    if (allowed.length === 0 && refusal && !refusal.can.can) throw notAllowedNow(refusal.can.reason)
    const names: string[] = []
    for (const { attempt, name } of allowed) {
      const again = await tx
        .update(planItems)
        .set({ state: 'staged', stateAt: ctx.now, reason: '' })
        .where(
          and(
            eq(planItems.rolloutId, attempt.rolloutId),
            eq(planItems.deviceId, device.id),
            eq(planItems.setKey, attempt.setKey),
            eq(planItems.isClaimed, true),
            inArray(planItems.state, ['failed', 'rolled-back']),
          ),
        )
        .returning({ patchId: planItems.patchId })
      if (again.length > 0) names.push(name)
    }
    await recountFailed(tx, ctx, [device.id])
    await tx.insert(deviceEvents).values({
      mspId: ctx.mspId,
      clientId: device.clientId,
      deviceId: device.id,
      at: ctx.now,
      kind: 'retry',
      summary: `Retry asked for by ${actorName(ctx.actor)}`,
      detail: { patches: names },
    })
    return { value: { patches: names }, changes: [deviceChange(device, { patches: names })] }
  })
}

async function judgeAll(tx: Tx, device: DeviceRow, attempts: DeviceAttempt[], now: Date) {
  const patchIds = attempts.map((attempt) => attempt.patchId)
  const standing = await findStanding(tx, { patchIds, clientId: device.clientId, now })
  const rows = await tx.select().from(patches).where(inArray(patches.id, patchIds))
  return attempts.map((attempt) => {
    const patch = rows.find((row) => row.id === attempt.patchId)
    const name = patch ? patchName(patch) : 'This patch'
    const { holds, exceptions } = standing.about(attempt.patchId, device.clientId, device.id)
    const keptBack = holds.length > 0 ? 'hold' : exceptions.length > 0 ? 'exception' : null
    return { attempt, name, can: judgeRetry(device, name, attempt, keptBack) }
  })
}
