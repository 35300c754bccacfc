import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTestArchive, type TestArchive } from '../../tools/lab/testing.ts'
import { offerOnly } from '../testing/reset-archive.ts'
import { TestDevice } from '../testing/test-device.ts'

let archive: TestArchive
let device: TestDevice
beforeAll(async () => {
  archive = await makeTestArchive()
  device = await TestDevice.make(archive, 'answers')
})
afterAll(async () => {
  await device.remove()
  await archive.remove()
})

test('an order that comes again before it is accepted is answered: silence would say that it cannot be read', async () => {
  await offerOnly(archive, { name: 'lab-lib', version: '2.0' })
  device.start()
  const set = await device.findSet('lab-lib=2.0')
  const order = device.installOrder([set])
  const envelope = device.door.seal(order)
  // Both in one poll: the second is looked at before the work on the first has begun.
  device.door.giveRaw(envelope)
  device.door.giveRaw(envelope)
  await device.reported(order.orderId, 'released')
  expect(device.door.statesOf(order.orderId).slice(0, 2)).toEqual(['waiting', 'accepted'])
  expect(device.door.reportOf(order.orderId, 'waiting')?.summary).toContain(
    'its packages are fetched and checked first',
  )
})
