import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MissingUpdate } from '../../agent/wire/door.ts'
import type { ClientRef } from '../../db/factories.ts'
import { read } from '../access.ts'
import { exampleHashes, exampleMissing, type TestDevice } from '../device-api/test-device.ts'
import { getDevice } from '../devices/get-device.ts'
import { moveDevice } from '../devices/move-device.ts'
import { refreshFleet } from '../devices/refresh-fleet.ts'
import { findApprovalNeed } from '../overview/find-approval-need.ts'
import { getPatch } from '../patches/get-patch.ts'
import { listPatchDevices } from '../patches/list-patch-devices.ts'
import { listPatches } from '../patches/list-patches.ts'
import { type PatchWorld, startPatchWorld } from '../patches/testing.ts'
import { findPolicies } from '../policies/find-policies.ts'
import { standardPolicy } from '../policies/rules.ts'
import { findCandidates } from '../rollouts/find-candidates.ts'

let world: PatchWorld
let ofAlder: TestDevice
let ofBirch: TestDevice
let patchId: string
let reports = 0
const dayMs = 24 * 3_600_000

const say = async (device: TestDevice, words: Partial<Pick<MissingUpdate, 'classification' | 'severity'>>) => {
  const section = exampleMissing('linux-image=6.2')
  const updates = section.updates.map((update) => ({ ...update, ...words }))
  reports += 1
  await device.inventory({ hashes: exampleHashes(`class ${reports}`), missing: { ...section, updates } })
}
/** How every place that decides sees the patch at one client, `days` later. */
async function seen(client: ClientRef, device: TestDevice, days = 0) {
  const now = new Date(Date.now() + days * dayMs)
  const ctx = world.person('owner', [client], now)
  const { missing } = await getDevice(ctx, { deviceId: device.deviceId })
  const page = await listPatches(ctx, { filter: 'all', search: '' })
  const patch = await getPatch(ctx, { patchId })
  const devices = await listPatchDevices(ctx, { patchId, clientId: client.clientId })
  const planned = await read(ctx, 'rollout:read', (tx) => findCandidates(tx, client.clientId, standardPolicy, now))
  const needs = await read(ctx, 'overview:read', async (tx) => findApprovalNeed(tx, ctx, await findPolicies(tx)))
  return {
    device: missing.map((one) => [one.classification, one.isApproved, one.rung]),
    list: page.rows.map((one) => one.standing.state),
    page: patch.clients.map((one) => one.standing.state),
    rows: devices.rows.map((one) => one.state),
    planned: planned.map((one) => one.decision.isApproved),
    needs: needs.map((need) => need.kind),
  }
}
const pendingAs = (classification: string) => ({
  device: [[classification, false, 'pending']],
  list: ['pending'],
  page: ['pending'],
  rows: ['pending'],
  planned: [false],
  needs: ['approvals'],
})
const approvedByRule = {
  device: [['security', true, 'rule']],
  list: ['approved'],
  page: ['approved'],
  rows: ['approved'],
  planned: [true],
  needs: [],
}

beforeAll(async () => {
  world = await startPatchWorld()
  ofAlder = await world.enrol(world.alder, 'alder-1')
  ofBirch = await world.enrol(world.birch, 'birch-1')
  await say(ofBirch, { classification: 'bug fix', severity: 'low' })
  patchId = await world.patchId('linux-image', '6.2')
})
afterAll(() => world.stop())

describe('what a device of one client says of a patch', () => {
  test('makes it security at another client, and is approved by no rule there', async () => {
    expect(await seen(world.birch, ofBirch)).toEqual(pendingAs('bug fix'))
    await say(ofAlder, { classification: 'security', severity: 'critical' })
    expect(await seen(world.birch, ofBirch, 2)).toEqual(pendingAs('security'))
    const { missing } = await getDevice(world.person('owner'), { deviceId: ofBirch.deviceId })
    const answer = missing[0]?.why.answer.map(({ text }) => text).join('')
    expect(answer).toContain('reported as security elsewhere, not at Birch Law')
  })

  test('is approved by the rule at its own client, as ever', async () => {
    expect(await seen(world.alder, ofAlder, 2)).toEqual(approvedByRule)
  })

  test('counts the same once the fleet sweep has counted, and makes it due there', async () => {
    await refreshFleet(new Date(), 3_600_000, null)
    expect(await seen(world.birch, ofBirch, 2)).toEqual(pendingAs('security'))
    const { missing } = await getDevice(world.person('owner'), { deviceId: ofBirch.deviceId })
    expect(missing[0]?.dueAt).toBeInstanceOf(Date)
    expect(await seen(world.alder, ofAlder, 2)).toEqual(approvedByRule)
  })

  test('counts at the other client once a device there says so too, and no later word takes it back', async () => {
    const second = await world.enrol(world.birch, 'birch-2')
    await say(second, { classification: 'security', severity: 'important' })
    await say(second, { classification: 'bug fix', severity: 'low' })
    expect((await seen(world.birch, ofBirch, 2)).planned).toEqual([true, true])
  })

  test('stays where it was said when the device moves, until it says it there', async () => {
    const ctx = world.person('owner')
    await moveDevice(ctx, {
      ...{ deviceId: ofAlder.deviceId, clientId: world.cedar.clientId, siteId: world.cedar.siteId },
      ...{ keepTags: false, reason: 'sold' },
    })
    await refreshFleet(new Date(), 3_600_000, null)
    expect(await seen(world.cedar, ofAlder, 2)).toEqual(pendingAs('security'))
    const { body } = await ofAlder.checkIn({ hashes: exampleHashes(`class ${reports - 2}`) })
    expect(body).toMatchObject({ want: expect.arrayContaining(['missing']) })
    await say(ofAlder, { classification: 'security' })
    expect(await seen(world.cedar, ofAlder, 2)).toEqual(approvedByRule)
  })
})
