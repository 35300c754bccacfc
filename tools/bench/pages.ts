import { read } from '../../server/access.ts'
import { listAudit } from '../../server/audit/queries.ts'
import { listClientRisks } from '../../server/clients/list-client-risks.ts'
import { getDevice } from '../../server/devices/get-device.ts'
import { listDevices } from '../../server/devices/list-devices.ts'
import { countForNavigation } from '../../server/navigation/queries.ts'
import { getOverview } from '../../server/overview/get-overview.ts'
import { getPatch } from '../../server/patches/get-patch.ts'
import { listPatches } from '../../server/patches/list-patches.ts'
import { getRollout } from '../../server/rollouts/get-rollout.ts'
import { getRolloutDevices } from '../../server/rollouts/get-rollout-devices.ts'
import { listRollouts } from '../../server/rollouts/list-rollouts.ts'
import type { Measurement } from './measurement.ts'
import { pageLimits } from './page-limits.ts'
import { fleetSize, makePageWorld, readerOf } from './page-world.ts'

const rounds = 15

/** Pages of the console at 100,000 devices of one MSP, through the product's reads with row-level security, each beside SQL by hand without it. */
export async function run(): Promise<Measurement[]> {
  const world = await makePageWorld()
  try {
    const ctx = readerOf(world.mspId)
    const big = readerOf(world.bigMspId)
    const hand = pageLimits(world)
    const rolloutId = world.bigRolloutId
    const pages: [string, () => PromiseLike<unknown>, () => PromiseLike<unknown>][] = [
      ['a read that asks for nothing', () => read(ctx, 'device:read', async () => null), () => world.owner`select 1`],
      ['numbers of the navigation', () => countForNavigation(ctx), hand.navigation],
      ['device list, first page', () => listDevices(ctx, { filter: 'all' }), hand.devices],
      ['device list, failed only', () => listDevices(ctx, { filter: 'failed' }), hand.failedDevices],
      [
        'device list, searched by host name',
        () => listDevices(ctx, { filter: 'all', search: 'host-0077' }),
        () => hand.search('host-0077'),
      ],
      [
        'device list, search without a match',
        () => listDevices(ctx, { filter: 'all', search: 'host-77' }),
        () => hand.search('host-77'),
      ],
      ['device page', () => getDevice(ctx, { deviceId: world.deviceId }), hand.device],
      ['overview, 40 clients, 20 rollouts', () => getOverview(ctx), hand.overview],
      ['clients', () => listClientRisks(ctx), hand.clients],
      ['one patch, 4,000 devices lack it', () => getPatch(ctx, { patchId: world.patchId }), hand.patch],
      ['patches', () => listPatches(ctx, { search: '' }), hand.patches],
      ['rollouts', () => listRollouts(ctx, {}), hand.rollouts],
      ['rollout page, plan of 100,000 devices', () => getRollout(big, { rolloutId }), hand.rollout],
      [
        'devices of that rollout, first page',
        () => getRolloutDevices(big, { rolloutId, view: 'current', search: '' }),
        hand.rolloutDevices,
      ],
      ['audit log, first page of 100,000', () => listAudit(ctx, {}), hand.audit],
    ]
    const figures: Measurement[] = []
    for (const [name, page, limit] of pages) {
      figures.push({
        name,
        ...(await timed(page, limit)),
        unit: 'ms',
        note: `median of ${rounds} at ${fleetSize.toLocaleString('en')} devices; limit: its SQL by hand, prepared, without row-level security`,
      })
    }
    return figures
  } finally {
    await world.drop()
  }
}

/** Medians in milliseconds after two rounds to warm up; page and limit in turn, so that a busy moment of the machine meets both. */
async function timed(page: () => PromiseLike<unknown>, limit: () => PromiseLike<unknown>) {
  const took: { value: number[]; limit: number[] } = { value: [], limit: [] }
  const clock = async (work: () => PromiseLike<unknown>) => {
    const started = performance.now()
    await work()
    return performance.now() - started
  }
  for (let round = -2; round < rounds; round++) {
    const both = { value: await clock(page), limit: await clock(limit) }
    if (round < 0) continue
    took.value.push(both.value)
    took.limit.push(both.limit)
  }
  return { value: median(took.value), limit: median(took.limit) }
}

function median(values: number[]): number {
  values.sort((a, b) => a - b)
  return Math.round((values[Math.floor(values.length / 2)] ?? 0) * 10) / 10
}
