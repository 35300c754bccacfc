import { rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTestArchive, type TestArchive, waitFor } from '../tools/lab/testing.ts'
import { offerOnly } from './testing/reset-archive.ts'
import { TestDevice } from './testing/test-device.ts'
import { troubleBeginnings } from './wire/trouble.ts'

let archive: TestArchive
let device: TestDevice
beforeAll(async () => {
  archive = await makeTestArchive()
  device = await TestDevice.make(archive, 'failed-look')
})
afterAll(async () => {
  await device.remove()
  await archive.remove()
})

test('a look to which apt gives no answer sends its trouble and no list, and the next good one all of it again', async () => {
  await offerOnly(archive, { name: 'lab-lib', version: '2.0' })
  device.start()
  await device.findSet('lab-lib=2.0')
  const broken = join(device.root.path, 'etc/apt/sources.list.d/broken.list')
  writeFileSync(broken, 'this is no source\n')
  // Something changed, so that the sets of the last look do not hold any more.
  utimesSync(join(device.root.path, 'var/lib/dpkg/status'), new Date(), new Date())
  await device.reported(device.scan(), 'done')
  const failed = await waitFor('the failed look', () => {
    const missing = device.door.inventory?.missing
    return missing && !('updates' in missing) ? missing : null
  })
  const begins = (beginning: string) => failed.trouble.split('\n').filter((line) => line.startsWith(`${beginning}: `))
  // Both fail on such a source, each under its own beginning.
  expect(begins(troubleBeginnings.listsUnread).join()).toContain('broken.list')
  expect(begins(troubleBeginnings.notWorkedOut).join()).toContain('broken.list')
  rmSync(broken)
  await device.reported(device.scan(), 'done')
  await device.findSet('lab-lib=2.0')
  expect(device.door.inventory?.missing?.trouble).toBe('')
})
