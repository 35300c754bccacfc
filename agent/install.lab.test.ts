import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dpkgAudit, dpkgLog, installedVersion, readPackage } from '../tools/lab/read-root.ts'
import { makeTestArchive, type TestArchive, waitFor } from '../tools/lab/testing.ts'
import { offerPackages, oncePerRoot, plainPackage } from './testing/local-archive.ts'
import { offerOnly } from './testing/reset-archive.ts'
import { healthPlan, TestDevice } from './testing/test-device.ts'

const svc = (version: string) => ({ name: 'lab-svc', version })
const lib = { name: 'lab-lib', version: '2.0' }
let archive: TestArchive
let device: TestDevice

beforeAll(async () => {
  archive = await makeTestArchive()
})
afterAll(() => archive.remove())
beforeEach(() => offerOnly(archive))
afterEach(() => device.remove())

describe('an install order on real apt', () => {
  test('goes over staging to proved and released, and back, from the store after the archive forgot both', async () => {
    device = await TestDevice.make(archive, 'good')
    await offerOnly(archive, svc('2.0'))
    device.start()
    const set = await device.findSet('lab-svc=2.0')
    const stage = device.door.give({ ...device.door.base(), verb: 'stage', sets: [set] })
    const staged = await device.reported(stage, 'staged')
    expect(staged.sets).toMatchObject([{ outcome: 'staged', undoClass: 'kept' }])
    await archive.repository.withdraw(svc('2.0'), svc('1.0'))
    const order = device.door.give(device.installOrder([set]))
    const released = await device.reported(order, 'released')
    expect(released.sets).toMatchObject([{ outcome: 'installed', versions: [{ before: '1.0', after: '2.0' }] }])
    expect(device.door.statesOf(order)).toEqual(['accepted', 'permitted', 'installing', 'proved', 'released'])
    expect(await installedVersion(device.root, 'lab-svc')).toBe('2.0')
    const conffile = readFileSync(join(device.root.path, 'etc/lab-svc/lab-svc.conf'), 'utf8')
    expect(conffile).toContain('edited by the administrator')
    const back = device.door.give(device.rollbackOrder(order, [set]))
    expect((await device.reported(back, 'rolled-back')).sets).toMatchObject([{ outcome: 'rolled-back' }])
    expect(await readPackage(device.root, 'lab-svc')).toMatchObject({ version: '1.0', status: 'ii' })
    expect(readFileSync(join(device.root.path, 'etc/lab-svc/lab-svc.conf'), 'utf8')).toBe(conffile)
    expect(await dpkgAudit(device.root)).toBe('')
    // Check-in and poll use the session key once there is one; what counts is always signed.
    expect(device.door.schemes.filter((scheme) => scheme.endsWith('PW1-HMAC')).length).toBeGreaterThan(0)
    expect(device.door.schemes).not.toContain('/v1/reports PW1-HMAC')
  })

  test('undoes a set whose script fails, and keeps the good one of the same order', async () => {
    device = await TestDevice.make(archive, 'broken')
    await offerOnly(archive, svc('3.0'), lib)
    device.start()
    const sets = [await device.findSet('lab-svc=3.0'), await device.findSet('lab-lib=2.0')]
    const order = device.door.give(device.installOrder(sets))
    const proved = await device.reported(order, 'proved')
    expect(proved.sets).toMatchObject([
      { outcome: 'rolled-back', exitCode: 100, versions: [{ before: '1.0', after: '1.0', status: 'ii' }] },
      { outcome: 'installed', versions: [{ before: '1.0', after: '2.0', status: 'ii' }] },
    ])
    expect(proved.sets[0]?.reason).toContain("no such column 'region'")
    expect(await installedVersion(device.root, 'lab-svc')).toBe('1.0')
    expect(await installedVersion(device.root, 'lab-lib')).toBe('2.0')
    expect(await dpkgAudit(device.root)).toBe('')
  })

  test('ends as rolled back when its only set fails', async () => {
    device = await TestDevice.make(archive, 'only')
    await offerOnly(archive, svc('3.0'))
    device.start()
    const order = device.door.give(device.installOrder([await device.findSet('lab-svc=3.0')]))
    await device.reported(order, 'rolled-back')
    expect(device.door.statesOf(order).slice(-2)).toEqual(['failed', 'rolled-back'])
    const upgrades = (await dpkgLog(device.root)).filter(({ action }) => action === 'upgrade')
    expect(upgrades.map(({ from, to }) => `${from} ${to}`)).toEqual(['1.0 3.0', '3.0 1.0'])
  })

  test('goes in pairs where packages need each other', async () => {
    device = await TestDevice.make(archive, 'pair')
    await offerOnly(archive, { name: 'lab-base', version: '2.0' }, { name: 'lab-ext', version: '2.0' })
    device.start()
    const set = await device.findSet('lab-base=2.0', 'lab-ext=2.0')
    expect(set.updates.map(({ name }) => name).sort()).toEqual(['lab-base', 'lab-ext'])
    const order = device.door.give(device.installOrder([set]))
    await device.reported(order, 'released')
    const back = device.door.give(device.rollbackOrder(order, [set]))
    await device.reported(back, 'rolled-back')
    expect(await installedVersion(device.root, 'lab-ext')).toBe('1.0')
  })

  test('takes a patch back by itself, without a permit, when a probe fails in the watch, over a restart of the agent', async () => {
    device = await TestDevice.make(archive, 'watch')
    await offerOnly(archive, svc('4.0'), lib)
    device.start()
    const sets = [await device.findSet('lab-svc=4.0'), await device.findSet('lab-lib=2.0')]
    const watch = { intervalMs: 1_000, durationMs: 12_000 }
    const order = device.door.give(device.installOrder(sets, { healthPlan: healthPlan(watch) }))
    await device.reported(order, 'proved')
    await device.kill()
    device.start()
    const undone = await device.reported(order, 'rolled-back')
    expect(undone.sets).toMatchObject([{ outcome: 'rolled-back', versions: [{ before: '1.0', after: '1.0' }] }])
    expect(undone.probes.filter(({ phase }) => phase === 'after-rollback').every(({ isPassed }) => isPassed)).toBe(true)
    expect(await installedVersion(device.root, 'lab-svc')).toBe('1.0')
    const released = await device.reported(order, 'released')
    expect(released.sets.map(({ outcome }) => outcome)).toEqual(['rolled-back', 'installed'])
    expect(device.door.permitsAsked).toEqual([order])
  })

  test('waits while the door gives no permit, and ends when a rollback names it', async () => {
    device = await TestDevice.make(archive, 'paused')
    await offerOnly(archive, svc('2.0'))
    device.door.permit = () => device.door.deny('paused')
    device.start()
    const set = await device.findSet('lab-svc=2.0')
    const order = device.door.give(device.installOrder([set]))
    await device.reported(order, 'waiting')
    device.door.permit = (orderId) => (orderId === order ? device.door.deny('paused') : device.door.allow())
    const back = device.door.give(device.rollbackOrder(order, [set]))
    await device.reported(order, 'overtaken')
    expect((await device.reported(back, 'rolled-back')).sets).toMatchObject([{ outcome: 'rolled-back' }])
    expect((await dpkgLog(device.root)).filter(({ action }) => action === 'upgrade')).toEqual([])
  })

  test('holds nobody up while it waits for its permit: another order is taken back meanwhile, and it goes in after that', async () => {
    device = await TestDevice.make(archive, 'beside')
    await offerOnly(archive, svc('2.0'), lib)
    device.start()
    const [svcSet, libSet] = [await device.findSet('lab-svc=2.0'), await device.findSet('lab-lib=2.0')]
    const first = device.door.give(device.installOrder([libSet]))
    await device.reported(first, 'released')
    const waiting = device.installOrder([svcSet])
    // Its number is lower than that of the rollback, but it is handed out after the rollback has ended.
    const late = device.installOrder([libSet])
    device.door.permit = (orderId) => (orderId === waiting.orderId ? device.door.deny('paused') : device.door.allow())
    device.door.give(waiting)
    await device.reported(waiting.orderId, 'waiting')
    const back = device.door.give(device.rollbackOrder(first, [libSet]))
    expect((await device.reported(back, 'rolled-back')).sets).toMatchObject([{ outcome: 'rolled-back' }])
    expect(device.door.reportOf(waiting.orderId, 'permitted')).toBeUndefined()
    device.door.give(late)
    expect((await device.reported(late.orderId, 'released')).sets).toMatchObject([{ outcome: 'installed' }])
    device.door.permit = () => device.door.allow()
    expect((await device.reported(waiting.orderId, 'released')).sets).toMatchObject([{ outcome: 'installed' }])
  })

  test('ends as overtaken at once when a newer order names it before it got its permit', async () => {
    device = await TestDevice.make(archive, 'supersedes')
    await offerOnly(archive, svc('2.0'))
    device.start()
    const set = await device.findSet('lab-svc=2.0')
    const older = device.installOrder([set])
    device.door.permit = (orderId) => (orderId === older.orderId ? device.door.deny('paused') : device.door.allow())
    device.door.give(older)
    await device.reported(older.orderId, 'waiting')
    const newer = device.door.give(device.installOrder([set], { supersedes: [older.orderId] }))
    await device.reported(older.orderId, 'overtaken')
    expect((await device.reported(newer, 'released')).sets).toMatchObject([{ outcome: 'installed' }])
  })

  test('leaves alone what somebody changed since, and calls it overtaken', async () => {
    device = await TestDevice.make(archive, 'overtaken')
    await offerOnly(archive, svc('2.0'))
    device.start()
    const set = await device.findSet('lab-svc=2.0')
    const order = device.door.give(device.installOrder([set]))
    await device.reported(order, 'released')
    await offerOnly(archive, svc('2.0'), svc('4.0'))
    device.scan()
    const next = await device.findSet('lab-svc=4.0')
    await device.reported(device.door.give(device.installOrder([next])), 'released')
    const back = device.door.give(device.rollbackOrder(order, [set]))
    expect((await device.reported(back, 'overtaken')).sets[0]?.reason).toContain('4.0 is installed by now')
    expect(await installedVersion(device.root, 'lab-svc')).toBe('4.0')
  })

  test('says vanished when the version is gone before it was staged', async () => {
    device = await TestDevice.make(archive, 'vanished')
    await offerOnly(archive, svc('2.0'), lib)
    device.start()
    const sets = [await device.findSet('lab-svc=2.0'), await device.findSet('lab-lib=2.0')]
    await offerOnly(archive, svc('4.0'), lib)
    const stage = device.door.give({ ...device.door.base(), verb: 'stage', sets })
    const staged = await device.reported(stage, 'staged')
    expect(staged.sets.map(({ outcome }) => outcome)).toEqual(['vanished', 'staged'])
  })

  test.each([
    ['before unpacking', { preinst: oncePerRoot('killed', 'kill -9 $PPID') }],
    ['while configuring', { postinst: oncePerRoot('killed', 'kill -9 $PPID') }],
  ])('repairs what a killed dpkg left (%s) and reports what dpkg-query says', async (where, scripts) => {
    device = await TestDevice.make(archive, `killed-${where.split(' ')[0]}`)
    offerPackages(device.root, plainPackage('lab-lib', '5.0', { scripts }))
    device.start()
    const order = device.door.give(device.installOrder([await device.findSet('lab-lib=5.0')]))
    const released = await device.reported(order, 'released')
    const read = await readPackage(device.root, 'lab-lib')
    expect(released.sets).toMatchObject([
      { outcome: 'installed', versions: [{ after: read?.version, status: read?.status }] },
    ])
    expect(read).toMatchObject({ version: '5.0', status: 'ii' })
    expect(await dpkgAudit(device.root)).toBe('')
    await waitFor('the new list of packages', () =>
      device.door.inventory?.packages?.some(({ name, version }) => name === 'lab-lib' && version === '5.0'),
    )
  })
})
