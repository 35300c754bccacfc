import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { clientRulePacks } from '../../db/schema/due-dates.ts'
import { read } from '../access.ts'
import { archiveClient } from '../clients/archive-client.ts'
import { changeClient } from '../clients/change-client.ts'
import { getClientPage } from '../clients/get-client-page.ts'
import type { TestDevice } from '../device-api/test-device.ts'
import { getDevice } from '../devices/get-device.ts'
import { refreshFleet } from '../devices/refresh-fleet.ts'
import { retireDevice } from '../devices/retire-device.ts'
import { endException } from '../exceptions/end-exception.ts'
import { agreeOn } from '../exceptions/testing.ts'
import { getPatch } from '../patches/get-patch.ts'
import { listPatches } from '../patches/list-patches.ts'
import { type PatchWorld, startPatchWorld } from '../patches/testing.ts'
import { savePolicy } from '../policies/save-policy.ts'
import { refreshDues } from './refresh-dues.ts'
import { setRulePacks } from './set-rule-packs.ts'

let world: PatchWorld
let alder: TestDevice
let patchId: string
const day = 86_400_000
/** A Tuesday before the end of summer time in London: 14 days later it is an hour later by UTC. */
const released = new Date('2026-10-13T09:00:00Z')
const daysOn = (days: number) => new Date(released.getTime() + days * day)

const rows = (text: string, values: string[] = []) =>
  world.door.factories.inMsp(world.mspId, (tx) => tx.unsafe(text, values))
/** As a feed or a device of another client would: the door writes the catalogue. */
const setPatch = (changes: { severity?: string; releasedAt?: Date }) =>
  world.door.database.owner.begin(async (tx) => {
    await tx`set local role door_definer`
    await tx`update patches set severity = coalesce(${changes.severity ?? null}, severity),
      released_at = coalesce(${changes.releasedAt ?? null}, released_at) where id = ${patchId}`
  })
/** What is stored, after a sweep. */
const due = async (client: ClientRef = world.alder, at = new Date()) => {
  await sweep(at)
  const [row] = await rows('select *, xmin::text from client_patch_dues where client_id = $1 and patch_id = $2', [
    client.clientId,
    patchId,
  ])
  return row
}
const sweep = (at = new Date()) => refreshFleet(at, 3_600_000, null)
const set = (packIds: string[], reason = '', client = world.alder) =>
  setRulePacks(world.person('admin'), { clientId: client.clientId, packIds, reason })

beforeAll(async () => {
  world = await startPatchWorld()
  alder = await world.enrol(world.alder, 'alder-1')
  await world.lacks(alder, 'lab-svc=2.0')
  await world.lacks(await world.enrol(world.birch, 'birch-1'), 'lab-svc=2.0')
  patchId = await world.patchId('lab-svc', '2.0')
  await setPatch({ severity: 'important', releasedAt: released })
  await changeClient(world.person('owner'), {
    clientId: world.alder.clientId,
    name: 'Alder Dental',
    timeZone: 'Europe/London',
  })
})
afterAll(() => world.stop())

describe('the fleet sweep', () => {
  test('says when a patch is due at each client, by which rule and from what', async () => {
    expect(await due()).toMatchObject({
      due_at: new Date('2026-10-27T10:00:00Z'),
      ...{ pack_id: 'own', pack_version: '1', rule_index: 0, clock: 'released', clock_starts_at: released },
      ...{ classification: 'security', severity: 'important', released_at: released },
      ...{ time_zone: 'Europe/London', due_days: 14, packs: [] },
    })
    // The other client is in Berlin, where the clocks change in the same night.
    expect(await due(world.birch)).toMatchObject({ due_at: new Date('2026-10-27T10:00:00Z') })
  })

  test('leaves alone what did not change: not even written anew', async () => {
    const before = await due()
    expect(await due(world.alder, daysOn(100))).toEqual(before)
  })

  test('follows the policy, the packs, the zone, the severity and the release', async () => {
    const owner = world.person('owner')
    const document = { dueDays: 20 }
    await savePolicy(owner, { clientId: world.alder.clientId, basedOnVersion: 0, reason: '', document })
    expect(await due()).toMatchObject({ due_at: new Date('2026-11-02T10:00:00Z'), due_days: 20 })
    await set(['cyber-essentials', 'pci-dss'])
    expect(await due()).toMatchObject({
      due_at: new Date('2026-10-27T10:00:00Z'),
      ...{ pack_id: 'cyber-essentials', pack_version: '3.3', rule_index: 0 },
      packs: ['cyber-essentials@3.3', 'pci-dss@4.0.1'],
    })
    const zone = { clientId: world.alder.clientId, name: 'Alder Dental', timeZone: 'Asia/Tokyo' }
    await changeClient(owner, zone)
    expect(await due()).toMatchObject({ due_at: new Date('2026-10-27T09:00:00Z') })
    await changeClient(owner, { ...zone, timeZone: 'Europe/London' })
    await set(['cyber-essentials', 'pci-dss', 'essential-eight-ml1'])
    expect(await due()).toMatchObject({ due_at: new Date('2026-10-27T10:00:00Z'), pack_id: 'cyber-essentials' })
    await setPatch({ severity: 'critical' })
    // Raised later, and counted from the release all the same.
    expect(await due()).toMatchObject({ due_at: daysOn(2), pack_id: 'essential-eight-ml1' })
    await setPatch({ releasedAt: daysOn(7) })
    expect(await due()).toMatchObject({ due_at: daysOn(9), clock_starts_at: daysOn(7) })
    await setPatch({ releasedAt: released, severity: 'important' })
    await set(['cyber-essentials'], 'No cards, no government work')
    // What one client is held to is nothing to another.
    expect(await due(world.birch)).toMatchObject({ pack_id: 'own', packs: [], due_days: 14 })
  })

  test('goes on behind a full page', async () => {
    const { mspId } = world.foreign
    await world.door.database.owner.begin(async (tx) => {
      await tx`set local role door_definer`
      await tx`insert into patches (msp_id, manager, name, version, architecture, classification, severity, source, first_seen_at)
        select ${mspId}, 'apt', 'pkg-' || n, '1', 'all', 'security', 'unknown', '', ${released} from generate_series(1, 10_001) n`
    })
    await world.door.factories
      .across`insert into client_patch_counts (msp_id, client_id, patch_id, kept, fetchable, snapshot, none)
      select msp_id, ${world.foreign.clientId}, id, 1, 0, 0, 0 from patches where msp_id = ${mspId}`
    await refreshDues(new Date(), [world.foreign.clientId])
    const [count] = await world.door.factories.inMsp(
      mspId,
      (tx) =>
        tx`select count(*)::int as rows, count(distinct due_at)::int as dates from client_patch_dues where due_at is not null`,
    )
    expect(count).toEqual({ rows: 10_001, dates: 1 })
  })

  test('reads due days that mean nothing as the standard', async () => {
    const { mspId, clientId } = world.foreign
    await world.door.factories.inMsp(
      mspId,
      (tx) => tx`insert into policies (msp_id, client_id, version, document, created_by, created_at)
        values (${mspId}, ${clientId}, 1, '{"dueDays": "soon"}', 'A test', now())`,
    )
    await refreshDues(new Date(), [clientId])
    const days = await world.door.factories.inMsp(mspId, (tx) => tx`select distinct due_days from client_patch_dues`)
    expect(days).toEqual([{ due_days: 14 }])
  })
})

describe('what a person sees', () => {
  test('on the device: the date, who asks, and since when it is past due', async () => {
    const seen = async (days: number) => {
      await sweep(daysOn(days))
      const ctx = world.person('technician', [world.alder], daysOn(days))
      const page = await getDevice(ctx, { deviceId: alder.deviceId })
      const [missing] = page.missing
      const [device] = await rows('select is_past_due from devices where id = $1', [alder.deviceId])
      const why = missing?.why.answer.map(({ text }) => text).join('')
      return { ...missing, why, isMarked: device?.is_past_due, asking: page.dueAsking }
    }
    const rule = 'Cyber Essentials asks 14 days from release'
    const asking = ['Cyber Essentials', 'The policy']
    expect(await seen(13)).toMatchObject({ dueRule: rule, isPastDue: false, isMarked: false, asking })
    const late = await seen(15)
    expect(late).toMatchObject({
      dueAt: new Date('2026-10-27T10:00:00Z'),
      dueRule: rule,
      isPastDue: true,
      isMarked: true,
    })
    expect(late.why).toContain(`Past due since Tue 27 Oct: ${rule}.`)
  })

  test('on the patches: the earliest date of the clients one may see, and where it is over', async () => {
    await set(['essential-eight-ml3'], '', world.birch)
    await setPatch({ severity: 'critical' })
    await sweep(daysOn(5))
    const of = async (clients: 'all' | ClientRef[]) => {
      const ctx = world.person('owner', clients, daysOn(5))
      const page = await listPatches(ctx, { filter: 'past-due', search: '' })
      const patch = await getPatch(ctx, { patchId })
      expect(page.counts['past-due']).toBe(page.rows.length)
      return {
        list: page.rows.map((row) => row.due),
        page: patch.due,
        clients: patch.clients.map((one) => one.due?.rule),
      }
    }
    const due = { firstAt: daysOn(2), pastDueDevices: 1, pastDueClients: 1 }
    expect(await of('all')).toEqual({
      list: [due],
      page: due,
      clients: ['Cyber Essentials asks 14 days from release', 'Essential Eight ML3 asks 48 hours from release'],
    })
    const onTime = { firstAt: new Date('2026-10-27T10:00:00Z'), pastDueDevices: 0, pastDueClients: 0 }
    expect(await of([world.alder])).toMatchObject({ list: [], page: onTime })
    await setPatch({ severity: 'important' })
  })

  test('on the patches: what an exception keeps off is not past due, on one device as at the whole client', async () => {
    const second = await world.enrol(world.alder, 'alder-2')
    await world.lacks(second, 'lab-svc=2.0')
    const at = daysOn(20)
    await sweep(at)
    const late = async () => {
      const ctx = world.person('owner', [world.alder], at)
      const { rows } = await listPatches(ctx, { filter: 'all', search: '' })
      const row = rows.find(({ id }) => id === patchId)
      const { due } = await getPatch(ctx, { patchId })
      expect(row?.due).toEqual(due)
      return [due.pastDueDevices, due.pastDueClients]
    }
    expect(await late()).toEqual([2, 1])
    const about = { clientId: world.alder.clientId, patchId, lastDay: daysOn(60).toISOString().slice(0, 10) }
    const { deviceId } = second
    const one = await agreeOn(world.mspId, { ...about, reach: { kind: 'device', deviceId } }, at)
    expect(await late()).toEqual([1, 1])
    const all = await agreeOn(world.mspId, about, at)
    expect(await late()).toEqual([0, 0])
    for (const exceptionId of [one, all])
      await endException(world.person('owner', 'all', at), { exceptionId, reason: 'Fixed' })
    expect(await late()).toEqual([2, 1])
    await retireDevice(world.person('owner'), { deviceId, reason: 'sold' })
  })

  test('what is installed keeps the date that it had, and is past due no more', async () => {
    const before = await due()
    await world.lacks(alder, 'lab-lib=2.0')
    await set([], 'Installed: what was asked then stays')
    expect(await due(world.alder, daysOn(15))).toEqual(before)
    expect(await rows('select is_past_due from devices where id = $1', [alder.deviceId])).toEqual([
      { is_past_due: false },
    ])
  })
})

describe('who sets the packs', () => {
  const inForce = async (client = world.cedar) => {
    const { dueDates } = await getClientPage(world.person('read-only'), { clientId: client.clientId })
    return dueDates.packs.flatMap((pack) => (pack.inForce ? [`${pack.id}@${pack.inForce.version}`] : []))
  }
  const put = (packIds: string[], reason = '') => set(packIds, reason, world.cedar)

  test('an admin, and the log says what was and what is', async () => {
    await put(['cyber-essentials', 'pci-dss'])
    expect(await inForce()).toEqual(['cyber-essentials@3.3', 'pci-dss@4.0.1'])
    expect((await world.audit()).at(-1)).toMatchObject({
      ...{ action: 'client:set-rule-packs', subject_kind: 'client', client_id: world.cedar.clientId, reason: '' },
      changes: { rulePacks: [[], ['cyber-essentials@3.3', 'pci-dss@4.0.1']] },
    })
    const before = (await world.audit()).length
    await put(['pci-dss', 'cyber-essentials'])
    expect((await world.audit()).length).toBe(before)
  })

  test('not without a reason where one goes; what stays keeps its day', async () => {
    const since = await rows(`select set_at from client_rule_packs where client_id = $1 and pack_id = 'pci-dss'`, [
      world.cedar.clientId,
    ])
    await expect(put(['pci-dss'], 'no')).rejects.toMatchObject({ code: 'invalid' })
    expect(await inForce()).toHaveLength(2)
    await put(['pci-dss'], 'The certificate ran out')
    expect(await rows('select set_at from client_rule_packs where client_id = $1', [world.cedar.clientId])).toEqual(
      since,
    )
    expect((await world.audit()).at(-1)).toMatchObject({ reason: 'The certificate ran out' })
  })

  test('a former version stays in force until somebody saves again', async () => {
    const former = { packId: 'cyber-essentials', packVersion: '3.2', setBy: 'Ana', setAt: new Date() }
    await read(world.person('admin'), 'client:read', (tx) =>
      tx.insert(clientRulePacks).values({ mspId: world.mspId, clientId: world.cedar.clientId, ...former }),
    )
    expect(await inForce()).toEqual(['cyber-essentials@3.2', 'pci-dss@4.0.1'])
    await put(['cyber-essentials', 'pci-dss'])
    expect(await inForce()).toEqual(['cyber-essentials@3.3', 'pci-dss@4.0.1'])
  })

  test('nobody of an archived client', async () => {
    await archiveClient(world.person('owner'), { clientId: world.cedar.clientId, reason: '', abortRollouts: 0 })
    await expect(put(['pci-dss'], 'A reason')).rejects.toMatchObject({ code: 'not-found' })
    expect(await inForce()).toHaveLength(2)
  })
})
