import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dpkgLog, installedVersion } from '../tools/lab/read-root.ts'
import { makeTestArchive, type TestArchive, waitFor } from '../tools/lab/testing.ts'
import { offerPackages, plainPackage } from './testing/local-archive.ts'
import { offerOnly } from './testing/reset-archive.ts'
import { TestDevice } from './testing/test-device.ts'
import { orderPayloadType, sealEnvelope } from './wire/envelope.ts'
import type { InstallOrder, RefusalCode, UpdateSet } from './wire/order.ts'

let archive: TestArchive
let device: TestDevice
let set: UpdateSet

beforeAll(async () => {
  archive = await makeTestArchive()
  device = await TestDevice.make(archive, 'refuses')
  await offerOnly(archive, { name: 'lab-svc', version: '2.0' })
  device.start()
  set = await device.findSet('lab-svc=2.0')
})
afterAll(async () => {
  await device.remove()
  await archive.remove()
})

async function refusalOf(orderId: string) {
  return (await device.reported(orderId, 'refused')).refusal
}

/** Other text under the signature of the first. */
function alter(order: InstallOrder, change: (text: string) => string): unknown {
  const envelope = device.door.seal(order)
  const text = Buffer.from(envelope.payload, 'base64').toString('utf8')
  return { ...envelope, payload: Buffer.from(change(text)).toString('base64') }
}

const past = new Date(Date.now() - 60_000).toISOString()
const future = new Date(Date.now() + 3_600_000).toISOString()

const cases: [string, RefusalCode, (order: InstallOrder) => unknown][] = [
  ['is too large', 'too-many-bytes', (order) => ({ ...device.door.seal(order), padding: 'x'.repeat(300_000) })],
  ['has a field more in its envelope', 'malformed', (order) => ({ ...device.door.seal(order), extra: 1 })],
  ['has a field more', 'malformed', (order) => device.door.seal({ ...order, script: 'rm -rf /' })],
  ['is not JSON', 'malformed', (order) => alter(order, (text) => `${text},`)],
  ['is not canonical', 'malformed', (order) => alter(order, (text) => text.replace('{', '{ '))],
  ['climbs out of the root', 'malformed', (order) => device.door.seal(withProbePath(order, '../../etc/shadow'))],
  ['names a verb of its own', 'unknown-verb', (order) => device.door.seal({ ...order, verb: 'shell' })],
  ['was altered', 'bad-signature', (order) => alter(order, (text) => text.replace('"2.0"', '"9.0"'))],
  ['is signed by a stranger', 'bad-signature', (order) => sealByStranger(order)],
  ['is not signed', 'bad-signature', (order) => ({ ...device.door.seal(order), signatures: [] })],
  ['is for another device', 'wrong-device', (order) => device.door.seal({ ...order, deviceId: randomUUID() })],
  ['is for another MSP', 'wrong-device', (order) => device.door.seal({ ...order, mspId: randomUUID() })],
  ['is too late', 'expired', (order) => device.door.seal({ ...order, notAfter: past })],
  ['is from the future', 'expired', (order) => device.door.seal({ ...order, issuedAt: future })],
  [
    'takes back more than it brings',
    'malformed',
    (order) =>
      device.door.seal({ ...order, sets: [{ ...set, updates: set.updates, undo: [...set.undo, ...foreignUndo()] }] }),
  ],
  ['expects another version', 'from-version', (order) => device.door.seal(withFromVersion(order, '0.9'))],
]

/** A downgrade of something that the set does not bring in. */
const foreignUndo = () => set.undo.map((step) => ({ ...step, name: 'lab-lib', fromVersion: '1.0', toVersion: '0.1' }))

function withProbePath(order: InstallOrder, path: string): InstallOrder {
  return { ...order, healthPlan: { ...order.healthPlan, probes: [{ kind: 'file', name: 'file', path }] } }
}

function withFromVersion(order: InstallOrder, fromVersion: string): InstallOrder {
  const updates = set.updates.map((update) => ({ ...update, fromVersion }))
  return { ...order, sets: [{ ...set, updates, undo: set.undo.map((step) => ({ ...step, toVersion: fromVersion })) }] }
}

function sealByStranger(order: InstallOrder): unknown {
  const { privateKey } = generateKeyPairSync('ed25519')
  const plain = JSON.parse(JSON.stringify(order))
  return sealEnvelope(orderPayloadType, plain, [{ keyid: device.door.signingKey.keyid, privateKey }])
}

describe('the agent refuses, before it does anything, an order that', () => {
  test.each(cases)('%s (%s)', async (_, code, forge) => {
    const order = device.installOrder([set])
    device.door.giveRaw(forge(order))
    expect(await refusalOf(order.orderId)).toMatchObject({ code })
    expect(device.door.statesOf(order.orderId)).toEqual(['refused'])
    expect(device.door.permitsAsked).toEqual([])
    expect(await installedVersion(device.root, 'lab-svc')).toBe('1.0')
  })

  test('has an unreadable id as well, under a stand-in id', async () => {
    device.door.giveRaw({ payloadType: 'x', payload: '', signatures: [] })
    expect(await refusalOf('00000000-0000-0000-0000-000000000000')).toMatchObject({ code: 'malformed' })
  })

  test('holds less than its transaction (exceeds-order)', async () => {
    offerPackages(
      device.root,
      plainPackage('lab-lib', '5.0', { fields: { Depends: 'lab-extra' } }),
      plainPackage('lab-extra', '1.0'),
    )
    device.scan()
    const whole = await device.findSet('lab-lib=5.0', 'lab-extra=1.0')
    const isPart = ({ name }: { name: string }) => name === 'lab-lib'
    const part = { ...whole, updates: whole.updates.filter(isPart), undo: whole.undo.filter(isPart) }
    const order = device.door.give(device.installOrder([part]))
    const refusal = await refusalOf(order)
    expect(refusal).toMatchObject({ code: 'exceeds-order' })
    expect(refusal?.detail).toContain('lab-extra 1.0')
    const upgrades = (await dpkgLog(device.root)).filter(({ action }) => action === 'upgrade')
    expect(upgrades).toEqual([])
  })

  test('came before (replayed)', async () => {
    const order = device.installOrder([set])
    const envelope = device.door.seal(order)
    device.door.giveRaw(envelope)
    await device.reported(order.orderId, 'released')
    device.door.giveRaw(envelope)
    const again = await device.reported(order.orderId, 'refused')
    expect(again.refusal).toMatchObject({ code: 'replayed' })
    expect(again.sets).toMatchObject([{ outcome: 'installed' }])
    const upgrades = (await dpkgLog(device.root)).filter(({ action }) => action === 'upgrade')
    expect(upgrades.map(({ to }) => to)).toEqual(['2.0'])
  })

  test('is told once, however often the same envelope comes', async () => {
    const order = device.installOrder([set])
    const forged = sealByStranger(order)
    for (let time = 0; time < 3; time += 1) device.door.giveRaw(forged)
    await refusalOf(order.orderId)
    const scan = device.scan()
    await device.reported(scan, 'done')
    expect(device.door.statesOf(order.orderId)).toEqual(['refused'])
  })
})

test('an order that comes twice while it is open is answered with where it stands', async () => {
  const before = device.door.permit
  device.door.permit = () => device.door.deny('paused')
  const order = device.rollbackOrder(null, [set])
  const envelope = device.door.seal(order)
  device.door.giveRaw(envelope)
  await device.reported(order.orderId, 'waiting')
  device.door.giveRaw(envelope)
  await waitFor(
    'the second answer',
    () => device.door.statesOf(order.orderId).filter((s) => s === 'accepted').length === 2,
  )
  const cancel = { ...device.door.base(), verb: 'cancel' as const, supersedes: [order.orderId] }
  device.door.give(cancel)
  await device.reported(order.orderId, 'cancelled')
  await device.reported(cancel.orderId, 'done')
  device.door.permit = before
})
