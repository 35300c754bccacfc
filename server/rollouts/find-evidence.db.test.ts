import { afterAll, beforeAll, expect, test } from 'vitest'
import { read } from '../access.ts'
import { findEvidence } from './find-evidence.ts'
import { getRolloutRow } from './rollout-rows.ts'
import { personContext, type RolloutRun, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const hosts = ['test-1', 'test-2', 'pc-3', 'pc-4', 'pc-5', 'pc-6', 'pc-7', 'pc-8']
const refs = ['lab-svc=2.0', 'lab-lib=1.0']
const evidence = (run: RolloutRun, clients: 'all' | string[] = 'all') =>
  read(personContext(run.client.mspId, { clients }), 'rollout:read', async (tx) =>
    findEvidence(tx, await getRolloutRow(tx, run.rolloutId)),
  )

/** What a device is and what became of its plan items. */
async function put(run: RolloutRun, host: string, device: Record<string, unknown>, item: Record<string, unknown>) {
  const id = run.devices.find((one) => one.facts.hostName === host)?.deviceId ?? null
  await world.door.factories.inMsp(run.client.mspId, async (tx) => {
    await tx`update devices set ${tx({ status: 'active', ...device })} where id = ${id}`
    await tx`update plan_items set ${tx({ state: 'ordered', ...item })} where device_id = ${id}`
  })
}

test('each plan item counts once, under what is known of it and of its device', async () => {
  const run = await world.startPlan({ hosts, refs })
  const all = hosts.length * refs.length
  expect((await evidence(run)).counts).toEqual({
    all: 8,
    failed: 0,
    silent: 0,
    'rolled-back': 0,
    'pending-reboot': 0,
  })
  await put(run, 'test-1', {}, { state: 'proved' })
  await put(run, 'test-2', { is_reboot_pending: true }, { state: 'proved' })
  await put(run, 'pc-3', { status: 'silent' }, {})
  // Silent and proved is proved; silent and pending a restart waits for the restart.
  await put(run, 'pc-4', { status: 'no-data', is_reboot_pending: true }, { state: 'proved' })
  await put(run, 'pc-5', { status: 'silent' }, { is_failure_counted: true, state: 'rolled-back' })
  await put(run, 'pc-6', {}, { state: 'rolling-back' })
  // A retired device keeps what was last known of it.
  await put(run, 'pc-7', { status: 'silent', retired_at: new Date() }, {})
  await put(run, 'pc-8', { status: 'silent' }, { state: 'dropped' })
  const { rows, counts } = await evidence(run)
  const sums: Record<string, number> = {}
  for (const row of rows) sums[row.kind] = (sums[row.kind] ?? 0) + row.count
  expect(sums).toEqual({ succeeded: 2, 'pending-reboot': 4, silent: 4, failed: 2, 'to-report': 2, left: 2 })
  expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(all)
  expect(rows.every((row) => row.count > 0)).toBe(true)
  expect(rows.filter((row) => row.is_rolling_back).map((row) => [row.kind, row.count])).toEqual([
    ['to-report', 1],
    ['to-report', 1],
  ])
  expect(rows.filter((row) => row.is_back).reduce((sum, row) => sum + row.count, 0)).toBe(2)
  // Devices, not items: each of the eight lacks two patches.
  expect(counts).toEqual({ all: 8, failed: 1, silent: 5, 'rolled-back': 2, 'pending-reboot': 2 })
})

test('who may not see the client counts nothing', async () => {
  const run = await world.startPlan({ hosts: ['test-1'] })
  await expect(evidence(run, [])).rejects.toMatchObject({ code: 'not-found' })
})
