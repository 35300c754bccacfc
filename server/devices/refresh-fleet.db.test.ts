import { afterAll, beforeAll, expect, test } from 'vitest'
import { read } from '../access.ts'
import { jobContext } from '../auth/job-context.ts'
import { exampleMissing } from '../device-api/test-device.ts'
import { ingest } from '../ingest.ts'
import { standingAt } from '../reports/month-rows.ts'
import { type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { refreshFleet } from './refresh-fleet.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const hourMs = 3_600_000

test('a device that checks in but cannot be looked at is not compliant: at once without a good look, else after 72 hours', async () => {
  const { door } = world
  const client = await door.factories.makeClient(await door.factories.makeMsp())
  const [good, failing, never, fresh] = [
    await door.addDevice(client),
    await door.addDevice(client),
    await door.addDevice(client),
    await door.addDevice(client),
  ]
  await good.inventory({ missing: exampleMissing() })
  await failing.inventory({ missing: exampleMissing() })
  await failing.inventory({ missing: { trouble: 'apt gave no answer' } })
  await never.inventory({ missing: { trouble: 'apt gave no answer' } })
  const sweep = async (hours: number) => {
    const at = new Date(Date.now() + hours * hourMs)
    // All of them check in until then.
    const items = [good, failing, never, fresh].map((device) => ({
      deviceId: device.deviceId,
      counter: ++device.counter,
    }))
    await ingest('use-counters', { at, items })
    await refreshFleet(at, hourMs, [client.clientId])
    return door.factories.inMsp(client.mspId, async (tx) => {
      const statuses = await tx`select id, status from devices`
      const of = (device: { deviceId: string }) => statuses.find(({ id }) => id === device.deviceId)?.status
      const [counts] = await tx`select compliant, no_data from client_statuses`
      return { good: of(good), failing: of(failing), never: of(never), fresh: of(fresh), ...counts }
    })
  }
  const early = { good: 'active', failing: 'active', never: 'no-data', fresh: 'active', compliant: 3, no_data: 1 }
  expect(await sweep(0)).toEqual(early)
  expect(await sweep(71)).toEqual(early)
  const late = { good: 'active', failing: 'no-data', never: 'no-data', fresh: 'no-data', compliant: 1, no_data: 3 }
  expect(await sweep(73)).toEqual(late)
  await failing.inventory({ missing: exampleMissing('curl=8') })
  expect(await sweep(73)).toMatchObject({ failing: 'active', compliant: 2 })
})

test('a sweep that began before a device told of its restart has the last word all the same', async () => {
  const { door } = world
  const client = await door.factories.makeClient(await door.factories.makeMsp())
  const device = await door.addDevice(client)
  await device.inventory({ missing: exampleMissing(), facts: { ...device.facts, isRebootPending: true } })
  const sweep = (at: number) => refreshFleet(new Date(at), hourMs, [client.clientId])
  await sweep(Date.now())
  const began = Date.now()
  await device.inventory({ facts: { ...device.facts, isRebootPending: false } })
  await sweep(began)
  const rows = await read(jobContext(client.mspId, 'report'), 'device:read', (tx) =>
    tx.execute<{ standing: string }>(standingAt(client.clientId, new Date(Date.now() + hourMs))),
  )
  expect(rows.map(({ standing }) => standing)).toEqual(['protected'])
})
