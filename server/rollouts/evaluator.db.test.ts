import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { exampleSetKey } from '../device-api/test-device.ts'
import { waitUntil } from '../device-api/testing.ts'
import { markChangedRings } from './mark-changed-rings.ts'
import { type RolloutRun, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
let run: RolloutRun
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())
beforeEach(async () => {
  run = await world.startPlan({ hosts: ['test-1', 'test-2'] })
  await markChangedRings(new Date())
  await world.door.factories.across`update outbox set sent_at = now()`
})

/** How often the workflow of this ring was told, and Temporal has not heard yet. */
const told = async () => {
  const [row] = await world.door.factories.across`select count(*)::int as rows from outbox
    where stream = ${run.rolloutId} and kind = 'ring-changed' and sent_at is null`
  return row?.rows
}
const installOrder = async (host: string) => {
  const device = run.devices.find((one) => one.facts.hostName === host)
  if (!device) throw new Error(`no device ${host}`)
  const [order] = await world.door.factories.inMsp(
    run.client.mspId,
    (tx) => tx`select id from work_orders where device_id = ${device.deviceId} and verb = 'install'`,
  )
  return { device, orderId: String(order?.id) }
}

test('evidence that is being counted while the evaluator looks is not lost', async () => {
  const first = await installOrder('test-2')
  await first.device.report({ orderId: first.orderId, state: 'accepted' })
  const { device, orderId } = await installOrder('test-1')
  const key = exampleSetKey('lab-svc=2.0')
  const set = {
    key,
    outcome: 'installed' as const,
    versions: [],
    exitCode: 0,
    output: '',
    reason: '',
    undoClass: 'kept' as const,
  }
  const { report, signature } = device.makeReport({ orderId, state: 'proved', sets: [set] })
  const batch = [
    { device_id: device.deviceId, counter: ++device.counter, reports: [{ report, signature, hash: 'f'.repeat(64) }] },
  ]
  const elsewhere = postgres(world.door.database.urls.app_device, { max: 1 })
  const evaluation = await elsewhere.begin(async (tx) => {
    await tx`select * from door.reports(now(), ${JSON.stringify(batch)}::text::jsonb)`
    // The ring is dirty from the first report already; the proof is counted and not committed.
    const looking = markChangedRings(new Date())
    let isOver = false
    looking.finally(() => {
      isOver = true
    })
    await waitUntil(async () => {
      const [row] = await tx`select count(*)::int as waiting from pg_stat_activity
        where datname = current_database() and pg_backend_pid() = any (pg_blocking_pids(pid))`
      return isOver || row?.waiting
    })
    return { looking }
  })
  await elsewhere.end()
  await evaluation.looking
  await markChangedRings(new Date())
  expect(await told()).toBe(1)
})

test('while Temporal is away one message waits, however much is reported; what moved since is told after it', async () => {
  const [one, two] = [await installOrder('test-1'), await installOrder('test-2')]
  await run.tell('test-1', 'install', 'installed')
  expect(await markChangedRings(new Date())).toBe(1)
  for (let n = 0; n < 3; n += 1) {
    await one.device.report({ orderId: one.orderId, state: 'proved' })
    expect(await markChangedRings(new Date())).toBe(0)
  }
  expect(await told()).toBe(1)
  // Temporal hears it and the ring soaks; meanwhile the proof was lost again.
  await run.judge(0)
  await run.tell('test-1', 'install', 'rolled-back')
  await two.device.report({ orderId: two.orderId, state: 'accepted' })
  expect(await markChangedRings(new Date())).toBe(0)
  await world.door.factories.across`update outbox set sent_at = now() where stream = ${run.rolloutId}`
  expect(await markChangedRings(new Date())).toBe(1)
})

test('the beat goes on while a ring is being reported on', async () => {
  const first = await installOrder('test-2')
  await first.device.report({ orderId: first.orderId, state: 'accepted' })
  const at = new Date(Date.now() + 60_000)
  const { looking } = await world.door.factories.inMsp(run.client.mspId, async (tx) => {
    await tx`select from rollout_rings where rollout_id = ${run.rolloutId} for update`
    const looking = markChangedRings(at)
    await waitUntil(async () => {
      const [beat] = await world.door.factories.across`select at from worker_beats where name = 'evaluator'`
      return beat?.at.getTime() === at.getTime()
    })
    return { looking }
  })
  await looking
})
