import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { startTestDoor, type TestDoor } from './testing.ts'

let door: TestDoor
let client: ClientRef
beforeAll(async () => {
  door = await startTestDoor()
})
beforeEach(async () => {
  client = await door.factories.makeClient(await door.factories.makeMsp())
})
afterAll(() => door.stop())

const rows = <T>(work: Parameters<typeof door.factories.inMsp<T>>[1]) => door.factories.inMsp(client.mspId, work)

/** A device that sent five reports and was then set back to the image taken after its second. */
async function restoreDevice() {
  const device = await door.addOrderedDevice(client)
  await device.report({ summary: 'one' })
  await device.report({ summary: 'two' })
  const image = { reportSeq: device.reportSeq, reportHash: device.reportHash }
  for (const summary of ['three', 'four', 'five']) await device.report({ summary })
  const end = { seq: device.reportSeq, hash: device.reportHash }
  Object.assign(device, image)
  return { device, end }
}

describe('reports of a restored device', () => {
  test('under numbers that are taken are not acknowledged, and the device is told where the chain ends', async () => {
    const { device, end } = await restoreDevice()
    const anew = [device.makeReport({ summary: 'new three' }), device.makeReport({ summary: 'new four' })]
    expect((await device.sendReports(anew)).body).toMatchObject({ ackSeq: 2, stored: end })
    expect(await rows((tx) => tx`select 1 from device_reports where body->>'summary' like 'new%'`)).toHaveLength(0)
    await device.sendReports(anew)
    const events = await rows((tx) => tx`select summary from device_events where kind = 'chain-broken'`)
    expect(events.map(({ summary }) => summary)).toEqual([
      'Report 3 was made before with other content: the device may be a copy or was restored',
    ])
    Object.assign(device, { reportSeq: end.seq, reportHash: end.hash })
    const { body } = await device.report({ summary: 'new three' })
    expect(body).toMatchObject({ ackSeq: 6 })
    expect(body).not.toHaveProperty('stored')
    expect(await rows((tx) => tx`select 1 from device_events where kind = 'chain-broken'`)).toHaveLength(1)
  })

  test('that are the ones already stored are acknowledged up to the first that differs', async () => {
    const device = await door.addOrderedDevice(client)
    const first = device.makeReport()
    await device.sendReports([first, device.makeReport(), device.makeReport()])
    const other = device.signReport({ ...first.report, seq: 2, summary: 'something else' })
    expect((await device.sendReports([first, other])).body).toMatchObject({ ackSeq: 1, stored: { seq: 3 } })
    expect((await device.sendReports([first])).body).toMatchObject({ ackSeq: 1 })
  })

  test('after a gap, since the door itself was restored, are told where to go on too', async () => {
    const device = await door.addOrderedDevice(client)
    await device.report()
    const stored = { seq: 1, hash: device.reportHash }
    device.makeReport()
    expect((await device.report()).body).toMatchObject({ ackSeq: 1, stored })
  })
})

describe('request counters of a restored device', () => {
  test('below the highest are refused, and who signs is told how far the door is', async () => {
    const device = await door.addDevice(client)
    const session = await device.openSession()
    await device.checkIn({}, { counter: 9_000 })
    for (const send of [
      () => device.checkIn({}, { counter: 5 }),
      () => device.poll(0, { counter: 9_000 }),
      () => device.permit(device.deviceId, { counter: 6 }),
      () => device.inventory({}, { counter: 7 }),
      () => device.sendReports([device.makeReport()], { counter: 8 }),
    ]) {
      const reply = await send()
      expect(reply).toMatchObject({ status: 401, body: { error: { code: 'replayed', counterHigh: 9_000 } } })
    }
    // A key of the hour proves less than the device's own.
    const reply = await device.checkIn({}, { counter: 5, session })
    expect(reply).toMatchObject({ status: 401, body: { error: { code: 'replayed' } } })
    expect(reply.body.error).not.toHaveProperty('counterHigh')
    expect((await device.checkIn({}, { counter: 9_001 })).status).toBe(200)
  })

  test('move the window up only: asking does not make an old request good again', async () => {
    const device = await door.addDevice(client)
    await device.checkIn({}, { counter: 9_000 })
    for (let time = 0; time < 2; time += 1) expect((await device.checkIn({}, { counter: 10 })).status).toBe(401)
    const [heartbeat] = await rows((tx) => tx`select counter_high from device_heartbeats`)
    expect(heartbeat).toEqual({ counter_high: '9000' })
  })
})
