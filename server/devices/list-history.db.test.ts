import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { inTenant, type MspId } from '../../db/tenant.ts'
import type { TestDevice } from '../device-api/test-device.ts'
import { startTestConsole, type TestDoor } from '../device-api/testing.ts'
import { listHistory } from './list-history.ts'

let door: TestDoor
let client: ClientRef
beforeAll(async () => {
  door = await startTestConsole()
  client = await door.factories.makeClient(await door.factories.makeMsp())
})
afterAll(() => door.stop())

const history = (device: TestDevice) =>
  inTenant({ mspId: client.mspId as MspId, clients: 'all' }, (tx) =>
    listHistory(tx, { id: device.deviceId, clientId: client.clientId, timeZone: 'UTC' }),
  )
const probe = (name: string) => ({
  name,
  at: '2026-09-01T10:00:00.000Z',
  isPassed: true,
  detail: '',
  phase: 'watch' as const,
})

test('the newest 150 reports are told, whatever they take up in the database', async () => {
  const device = await door.addOrderedDevice(client)
  for (let place = 0; place < 4; place++)
    await device.sendReports(
      Array.from({ length: 40 }, (_, at) =>
        device.makeReport({ state: 'done', summary: `Number ${place * 40 + at + 1} ${'x'.repeat((at % 5) * 100)}` }),
      ),
    )
  const { events, isCut } = await history(device)
  const told = events.flatMap(({ detail }) => /^Number (\d+)/.exec(detail)?.[1] ?? [])
  expect(told).toEqual(Array.from({ length: 150 }, (_, at) => String(160 - at)))
  expect(isCut).toBe(true)
  const few = await door.addOrderedDevice(client)
  await few.report({ state: 'done', probes: [probe('first')] })
  expect(await history(few)).toMatchObject({ isCut: false, probes: [{ name: 'first' }] })
})

test('of reports that a device has filled up, a few are read', async () => {
  const device = await door.addOrderedDevice(client)
  const sets = Array.from({ length: 90 }, (_, at) => ({
    key: at.toString(16).padStart(64, '0'),
    outcome: 'failed' as const,
    versions: [],
    exitCode: 1,
    output: 'postinst '.repeat(888),
    reason: '',
    undoClass: 'kept' as const,
  }))
  for (let place = 0; place < 12; place++)
    await device.report({ state: 'failed', sets, probes: [probe(`probe-${place}`)] })
  const { probes, isCut } = await history(device)
  // Each takes up 700 kB; the page shows the newest.
  expect(isCut).toBe(true)
  expect(probes.map(({ name }) => name)).toContain('probe-11')
  expect(probes.length).toBeLessThan(10)
}, 30_000)
