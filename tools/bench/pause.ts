import type { Factories } from '../../db/factories.ts'
import { jobContext } from '../../server/auth/job-context.ts'
import { exampleMissing, type TestDevice } from '../../server/device-api/test-device.ts'
import { startTestConsole } from '../../server/device-api/testing.ts'
import { pauseRollout } from '../../server/rollouts/pause-rollout.ts'
import type { Measurement } from './measurement.ts'

const deviceCount = 100
const rounds = 5

/** From the press of pause to the last permit any of 100 asking devices was given: DESIGN's budget is one second. */
export async function run(): Promise<Measurement[]> {
  // All devices of this measurement ask from one address, and more often than the door would let them.
  const many = { points: Number.MAX_SAFE_INTEGER, perMs: 60_000 }
  const door = await startTestConsole({ checkInMs: 60_000, limits: { address: many, device: many } })
  try {
    const mspId = await door.factories.makeMsp()
    const client = await door.factories.makeClient(mspId)
    const devices: TestDevice[] = []
    for (let index = 0; index < deviceCount; index++) devices.push(await door.addDevice(client))
    // A device's package is claimed by one live rollout, so each round has its own.
    const names = Array.from({ length: rounds }, (_, round) => `package-${round}`)
    const missing = exampleMissing(...names.map((name) => `${name}=2.0`))
    await Promise.all(devices.map((device) => device.inventory({ missing })))
    const pauses: Awaited<ReturnType<typeof pauseOnce>>[] = []
    for (const name of names) {
      const patchId = await door.factories.findPatch(mspId, name, '2.0')
      pauses.push(await pauseOnce(door.factories, mspId, client, devices, patchId))
    }
    const worst = Math.max(...pauses.map(({ lateMs }) => lateMs))
    const [permits, refusals] = [sum(pauses.map((one) => one.permits)), sum(pauses.map((one) => one.refusals))]
    return [
      {
        name: 'pause to last permit',
        value: Math.round(worst * 10) / 10,
        unit: 'ms',
        limit: 1_000,
        note: `from the press to the last permit a device received; worst of ${rounds} pauses with ${deviceCount} devices asking without a break: ${permits} permits before, ${refusals} refused as paused after; limit: the budget`,
      },
    ]
  } finally {
    await door.stop()
  }
}

const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0)

type Client = Awaited<ReturnType<Factories['makeClient']>>

async function pauseOnce(
  factories: Factories,
  mspId: string,
  client: Client,
  devices: TestDevice[],
  patchId: string,
): Promise<{ lateMs: number; permits: number; refusals: number }> {
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
  const answers = new Map<string, number>()
  const asking = devices.map(async (device, index) => {
    while (!isOver) {
      const { status, body } = await device.permit(orders[index] ?? '')
      const said = status === 200 ? (body.permit ? 'permit' : body.denial) : `status ${status}`
      answers.set(said, (answers.get(said) ?? 0) + 1)
      if (said === 'permit') lastPermit = performance.now()
    }
  })
  await new Promise((resolve) => setTimeout(resolve, 500))
  const pressedAt = performance.now()
  await pauseRollout(jobContext(mspId, 'bench'), { rolloutId, reason: 'measuring' })
  await new Promise((resolve) => setTimeout(resolve, 500))
  isOver = true
  await Promise.all(asking)
  const [permits = 0, refusals = 0] = [answers.get('permit'), answers.get('paused')]
  if (permits === 0 || refusals === 0) throw new Error(`nothing was measured: ${JSON.stringify([...answers])}`)
  return { lateMs: Math.max(0, lastPermit - pressedAt), permits, refusals }
}
