import { and, asc, desc, eq, gt, inArray, sql } from 'drizzle-orm'
import { planItems, ringPatches, ringWindows, rolloutRings, rollouts, workOrders } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import { alwaysOpen } from '../windows/rules.ts'
import type { DeviceRow } from './queries.ts'
import { openForOthers } from './why-attempt.ts'
import type { Attempt } from './why-facts.ts'

/** An attempt with its ids, for verbs. */
export interface DeviceAttempt extends Attempt {
  patchId: string
  rolloutId: string
  rolloutState: 'running' | 'finished' | 'aborted'
  position: number
  setKey: string
  isClaimed: boolean
  hasLiveOrder: boolean
}

const liveStates = ['unsigned', 'ready', 'open'] as const

/** The newest attempt at each patch of a device; a live claim comes before an older or newer one without. */
export async function findAttempts(tx: Tx, device: DeviceRow, now: Date): Promise<Map<string, DeviceAttempt>> {
  const rows = await tx
    .select({ item: planItems, rollout: rollouts, ring: rolloutRings, gate: ringPatches })
    .from(planItems)
    .innerJoin(rollouts, and(eq(rollouts.mspId, planItems.mspId), eq(rollouts.id, planItems.rolloutId)))
    .innerJoin(
      rolloutRings,
      and(
        eq(rolloutRings.mspId, planItems.mspId),
        eq(rolloutRings.rolloutId, planItems.rolloutId),
        eq(rolloutRings.position, planItems.position),
      ),
    )
    .innerJoin(
      ringPatches,
      and(
        eq(ringPatches.mspId, planItems.mspId),
        eq(ringPatches.rolloutId, planItems.rolloutId),
        eq(ringPatches.position, planItems.position),
        eq(ringPatches.patchId, planItems.patchId),
      ),
    )
    .where(and(eq(planItems.deviceId, device.id), eq(planItems.clientId, device.clientId)))
    .orderBy(desc(planItems.isClaimed), desc(rollouts.startedAt))
    .limit(1_000)
  const newest = new Map<string, (typeof rows)[number]>()
  for (const row of rows) if (!newest.has(row.item.patchId)) newest.set(row.item.patchId, row)
  const kept = [...newest.values()]
  const rolloutIds = [...new Set(kept.map((row) => row.item.rolloutId))]
  const orders = await findInstallOrders(tx, device, rolloutIds)
  const before = await findRingsBefore(tx, rolloutIds)
  const windows = new Map<string, Attempt['window']>()
  for (const { item } of kept) {
    const key = `${item.rolloutId} ${item.position}`
    if (!windows.has(key)) windows.set(key, await findWindow(tx, device, item, now))
  }
  const attempts = kept.map(({ item, rollout, ring, gate }): DeviceAttempt => {
    const ordered = orders.filter((order) => order.rolloutId === item.rolloutId)
    const live = ordered.filter((order) => liveStates.some((state) => state === order.state))
    const order = live.find((one) => one.patchIds.includes(item.patchId))
    return {
      patchId: item.patchId,
      rolloutId: rollout.id,
      rolloutNumber: rollout.number,
      rolloutState: rollout.state,
      position: item.position,
      setKey: item.setKey,
      isClaimed: item.isClaimed,
      isLive: item.isClaimed && rollout.state !== 'aborted',
      paused: rollout.isStopped ? { by: rollout.stoppedBy ?? 'somebody', reason: rollout.stopReason ?? '' } : null,
      state: item.state,
      stateAt: item.stateAt,
      reason: item.reason,
      installs: Math.max(0, ...ordered.map((one) => one.attempt)),
      ring: { name: ring.name, state: ring.state, notBefore: ring.notBefore },
      gate: {
        verdict: gate.verdict,
        soakEndsAt: gate.soakEndsAt,
        isStopped: gate.isStopped || gate.rollBackAt !== null,
      },
      ringBefore: ring.state === 'waiting' ? ringBefore(before, item) : null,
      window: windows.get(`${item.rolloutId} ${item.position}`) ?? null,
      order: order
        ? {
            isSigned: order.state !== 'unsigned',
            isPermitted: order.permittedAt !== null,
            windowOpenUntil: order.windowOpenUntil,
          }
        : null,
      hasLiveOrder: live.length > 0,
    }
  })
  return new Map(attempts.map((attempt) => [attempt.patchId, attempt]))
}

function findInstallOrders(tx: Tx, device: DeviceRow, rolloutIds: string[]) {
  return tx
    .select({
      rolloutId: workOrders.rolloutId,
      attempt: workOrders.attempt,
      patchIds: workOrders.patchIds,
      state: workOrders.state,
      permittedAt: workOrders.permittedAt,
      windowOpenUntil: workOrders.windowOpenUntil,
    })
    .from(workOrders)
    .where(
      and(
        eq(workOrders.deviceId, device.id),
        eq(workOrders.verb, 'install'),
        inArray(workOrders.rolloutId, rolloutIds),
      ),
    )
    .orderBy(desc(workOrders.attempt))
}

type RingBefore = {
  rolloutId: string
  position: number
  patchId: string
  name: string
  state: string
  verdict: string
  soakEndsAt: Date | null
}

/** Gates with devices that have not passed, and rings still open for other patches. */
function findRingsBefore(tx: Tx, rolloutIds: string[]): Promise<RingBefore[]> {
  return tx
    .select({
      rolloutId: ringPatches.rolloutId,
      position: ringPatches.position,
      patchId: ringPatches.patchId,
      name: rolloutRings.name,
      state: rolloutRings.state,
      verdict: ringPatches.verdict,
      soakEndsAt: ringPatches.soakEndsAt,
    })
    .from(ringPatches)
    .innerJoin(
      rolloutRings,
      and(
        eq(rolloutRings.mspId, ringPatches.mspId),
        eq(rolloutRings.rolloutId, ringPatches.rolloutId),
        eq(rolloutRings.position, ringPatches.position),
      ),
    )
    .where(and(inArray(ringPatches.rolloutId, rolloutIds), gt(ringPatches.due, 0)))
    .orderBy(asc(ringPatches.position))
}

function ringBefore(rings: RingBefore[], item: { rolloutId: string; position: number; patchId: string }) {
  const earlier = rings.filter((ring) => ring.rolloutId === item.rolloutId && ring.position < item.position)
  const own = earlier.find((ring) => ring.patchId === item.patchId && ring.verdict !== 'pass')
  if (own) return own
  const open = earlier.find((ring) => ring.state === 'open')
  return open ? { name: open.name, verdict: openForOthers, soakEndsAt: null } : null
}

async function findWindow(
  tx: Tx,
  device: DeviceRow,
  item: { rolloutId: string; position: number },
  now: Date,
): Promise<Attempt['window']> {
  const [row] = await tx
    .select()
    .from(ringWindows)
    .where(
      and(
        eq(ringWindows.rolloutId, item.rolloutId),
        eq(ringWindows.position, item.position),
        inArray(ringWindows.timeZone, [device.timeZone, '*']),
        sql`${ringWindows.lastStartAt} > ${now.toISOString()}::timestamptz`,
      ),
    )
    .orderBy(asc(ringWindows.opensAt))
    .limit(1)
  if (!row) return null
  const isAlways = row.closesAt.getTime() === alwaysOpen.closesAt.getTime()
  return { opensAt: row.opensAt, lastStartAt: row.lastStartAt, isAlways }
}
