import type { Factories } from '../../db/factories.ts'
import { connectPools } from '../../db/tenant.ts'
import { jobContext } from '../../server/auth/job-context.ts'
import { exampleMissing, type TestDevice } from '../../server/device-api/test-device.ts'
import { startTestDoor } from '../../server/device-api/testing.ts'
import { pauseRollout } from '../../server/rollouts/pause-rollout.ts'
import type { Measurement } from './measurement.ts'

const deviceCount = 100
const rounds = 5

/** From the commit of a pause to the last permit any of 100 asking devices was given: DESIGN's budget is one second. */
export async function run(): Promise<Measurement[]> {
  const door = await startTestDoor({ checkInMs: 60_000 })
  connectPools({ tenant: door.database.urls.app_worker, across: door.database.urls.app_across })
  try {
    const mspId = await door.factories.makeMsp()
    const client = await door.factories.makeClient(mspId)
    const devices: TestDevice[] = []
    for (let index = 0; index < deviceCount; index++) devices.push(await door.addDevice(client))
    await Promise.all(devices.map((device) => device.inventory({ missing: exampleMissing('lab-svc=2.0') })))
    const patchId = await door.factories.findPatch(mspId, 'lab-svc', '2.0')
    const lateMs: number[] = []
    for (let round = 0; round < rounds; round++)
      lateMs.push(await pauseOnce(door.factories, mspId, client, devices, patchId))
    const worst = Math.max(...lateMs)
    return [
      {
        name: 'pause to last permit',
        value: Math.round(worst * 10) / 10,
        unit: 'ms',
        limit: 1_000,
        note: `worst of ${rounds} pauses with ${deviceCount} devices asking; limit: the budget`,
      },
    ]
  } finally {
    await door.stop()
  }
}

type Client = Awaited<ReturnType<Factories['makeClient']>>

async function pauseOnce(
  factories: Factories,
  mspId: string,
  client: Client,
  devices: TestDevice[],
  patchId: string,
): Promise<number> {
  const rolloutId = await factories.makeRollout(client, [
    { deviceIds: devices.map((one) => one.deviceId), patchIds: [patchId] },
  ])
  const orders = await Promise.all(
    devices.map((device) =>
      factories.makeOrder(client, {
        deviceId: device.deviceId,
        rolloutId,
        position: 0,
        verb: 'install',
        patchIds: [patchId],
      }),
    ),
  )
  await factories.beat()
  let isOver = false
  let lastPermit = 0
  const asking = devices.map(async (device, index) => {
    while (!isOver) {
      const { body } = await device.permit(orders[index] ?? '')
      if (body.permit) lastPermit = performance.now()
    }
  })
  await new Promise((resolve) => setTimeout(resolve, 500))
  await pauseRollout(jobContext(mspId, 'bench'), { rolloutId, reason: 'measuring' })
  const pausedAt = performance.now()
  await new Promise((resolve) => setTimeout(resolve, 500))
  isOver = true
  await Promise.all(asking)
  return Math.max(0, lastPermit - pausedAt)
}
