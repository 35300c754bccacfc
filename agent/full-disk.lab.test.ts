import { appendFileSync, cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { dpkgLog } from '../tools/lab/read-root.ts'
import { makeTestArchive, type TestArchive, waitFor } from '../tools/lab/testing.ts'
import { offerOnly } from './testing/reset-archive.ts'
import { TestDevice } from './testing/test-device.ts'
import type { PermitAnswer } from './wire/door.ts'

let archive: TestArchive
let device: TestDevice
beforeAll(async () => {
  archive = await makeTestArchive()
})
afterAll(() => archive.remove())
beforeEach(() => offerOnly(archive, { name: 'lab-svc', version: '2.0' }))
afterEach(() => device.remove())

/** In a mount namespace of its own the state lies on a file system of 16 MB; as a normal user that needs a user namespace too. */
const onSmallDisk = `mount -t tmpfs -o size=16m,mode=0700 tmpfs "$1" && cp -a "$2/." "$1" && shift 2 && exec setpriv --pdeathsig TERM -- "$@"`
function startOnSmallDisk(): void {
  const aside = `${device.stateDir}-aside`
  cpSync(device.stateDir, aside, { recursive: true, mode: 0, preserveTimestamps: true })
  const namespaces = process.geteuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount']
  device.start('', ['unshare', ...namespaces, 'sh', '-c', onSmallDisk, 'sh', device.stateDir, aside])
}
/** The agent's own view of a file in its state. */
const inside = (name: string) => join('/proc', String(device.agentPid), 'root', device.stateDir, name)

function fill(): void {
  for (let size = 1024 * 1024; size >= 1; ) {
    try {
      appendFileSync(inside('filling'), Buffer.alloc(size))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      size = Math.floor(size / 2)
    }
  }
}
const empty = () => rmSync(inside('filling'))
/** How often the agent has found no room so far. */
const complaints = () => readFileSync(join(device.stateDir, 'agent.log'), 'utf8').split('ENOSPC').length - 1
const upgrades = async () => (await dpkgLog(device.root)).filter(({ action }) => action === 'upgrade').length

test('an order that cannot be written down is not begun, and is carried out when it comes again', async () => {
  device = await TestDevice.make(archive, 'full-before')
  startOnSmallDisk()
  const set = await device.findSet('lab-svc=2.0')
  fill()
  const order = device.installOrder([set])
  const envelope = device.door.seal(order)
  device.door.giveRaw(envelope)
  await waitFor('no room', () => complaints() > 0)
  expect(device.door.permitsAsked).toEqual([])
  expect(device.door.reports).toEqual([])
  empty()
  device.door.giveRaw(envelope)
  await device.reported(order.orderId, 'released', 40_000)
  expect(await upgrades()).toBe(1)
})

test('a permit that cannot be written down starts nothing; with room again the order goes on by itself, once', async () => {
  device = await TestDevice.make(archive, 'full-permit')
  startOnSmallDisk()
  const set = await device.findSet('lab-svc=2.0')
  const allow = device.door.permit
  device.door.permit = (orderId): PermitAnswer => {
    fill()
    device.door.permit = allow
    return allow(orderId)
  }
  const order = device.door.give(device.installOrder([set]))
  // The second time it was tried again and had a permit again.
  await waitFor('no room, twice', () => complaints() > 1, 30_000)
  expect(await upgrades()).toBe(0)
  expect(device.door.statesOf(order)).toEqual(['accepted'])
  empty()
  await device.reported(order, 'released', 60_000)
  expect(await upgrades()).toBe(1)
})
