import { cpSync, rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTestArchive, type TestArchive, waitFor } from '../tools/lab/testing.ts'
import { offerOnly } from './testing/reset-archive.ts'
import { TestDevice } from './testing/test-device.ts'

let archive: TestArchive
let device: TestDevice
beforeAll(async () => {
  archive = await makeTestArchive()
  device = await TestDevice.make(archive, 'restored')
})
afterAll(async () => {
  await device.remove()
  await archive.remove()
})

test('an agent that was set back to an older image loses no report, and is not locked out', async () => {
  await offerOnly(archive, { name: 'lab-lib', version: '2.0' })
  device.start()
  const set = await device.findSet('lab-lib=2.0')
  await device.reported(device.scan(), 'done')
  await device.kill()
  const image = `${device.stateDir}-image`
  cpSync(device.stateDir, image, { recursive: true })
  device.start()
  for (let time = 0; time < 3; time += 1) await device.reported(device.scan(), 'done')
  const told = device.door.reports.length
  await device.kill()
  rmSync(device.stateDir, { recursive: true })
  cpSync(image, device.stateDir, { recursive: true })
  device.start()
  const order = device.door.give(device.installOrder([set]))
  const released = await device.reported(order, 'released')
  expect(released.sets).toMatchObject([{ outcome: 'installed' }])
  expect(released.seq).toBeGreaterThan(told)
  // Chain and signatures are checked by the door of the test, report by report.
  expect(device.door.statesOf(order)).toEqual(['accepted', 'permitted', 'installing', 'proved', 'released'])
  const replayed = device.door.refusals.filter((refusal) => refusal.includes('replayed'))
  expect(replayed.length).toBeGreaterThan(0)
  // A handful, one for each request that was under way, not one for each counter that the earlier life used.
  expect(replayed.length).toBeLessThan(10)
  await waitFor('the new list of packages', () =>
    device.door.inventory?.packages?.some(({ name, version }) => name === 'lab-lib' && version === '2.0'),
  )
  rmSync(image, { recursive: true })
})
