import { afterAll, beforeAll, expect, test } from 'vitest'
import { judgeRing } from './judge-ring.ts'
import { pauseRollout } from './pause-rollout.ts'
import { resumeRollout } from './resume-rollout.ts'
import { personContext, plainPolicy, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const hosts = Array.from({ length: 8 }, (_, place) => `test-${place}`)
const rounds = 6

test('permits, reports, judgements and people at once: each gets its answer', async () => {
  const policy = { ...plainPolicy, gate: { ...plainPolicy.gate, smallRingBelow: 0, failureLimit: hosts.length } }
  const run = await world.startPlan({ hosts, policy })
  await world.door.factories.beat()
  const orders = await world.door.factories.inMsp(
    run.client.mspId,
    (tx) => tx<{ id: string; device_id: string }[]>`select id, device_id from work_orders where verb = 'install'`,
  )
  const ctx = personContext(run.client.mspId)
  const ask = { rolloutId: run.rolloutId, reason: 'all at once' }
  const answers: number[] = []
  const asking = run.devices.map(async (device) => {
    const order = orders.find((one) => one.device_id === device.deviceId)?.id ?? ''
    for (let round = 0; round < rounds; round++) answers.push((await device.permit(order)).status)
  })
  const telling = hosts.map(async (host) => {
    for (let round = 0; round < rounds; round++) await run.tell(host, 'install', 'installed', { state: 'installing' })
  })
  const judging = async () => {
    for (let round = 0; round < rounds; round++) await judgeRing(run.job(), { rolloutId: run.rolloutId, position: 0 })
  }
  const deciding = async () => {
    for (let round = 0; round < rounds; round++) {
      await pauseRollout(ctx, ask)
      await resumeRollout(ctx, ask)
    }
  }
  await Promise.all([...asking, ...telling, judging(), deciding()])
  expect(answers).toEqual(Array(hosts.length * rounds).fill(200))
  const [gate] = await world.door.factories.inMsp(
    run.client.mspId,
    (tx) => tx<{ proved: number }[]>`select proved from ring_patches where position = 0`,
  )
  expect(gate?.proved, 'each device counts once').toBe(hosts.length)
})
