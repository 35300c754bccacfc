import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { inTenant } from '../../db/tenant.ts'
import { jobContext } from '../auth/job-context.ts'
import { eraseDueClients } from '../client-erasures/erase-due-clients.ts'
import { requestErasure } from '../client-erasures/request-erasure.ts'
import { archiveClient } from '../clients/archive-client.ts'
import type { TestDevice } from '../device-api/test-device.ts'
import { moveDevice } from '../devices/move-device.ts'
import { retireDevice } from '../devices/retire-device.ts'
import { ingest } from '../ingest.ts'
import { personContext, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { countUsage } from './count-usage.ts'
import { getBilling } from './get-billing.ts'
import { listUsageDays } from './list-usage-days.ts'
import { readLedger } from './testing.ts'

let world: RolloutWorld
let mspId: string
let alder: ClientRef
let birch: ClientRef
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())
beforeEach(async () => {
  const { factories } = world.door
  mspId = await factories.makeMsp()
  alder = await factories.makeClient(mspId, { name: 'Alder Dental' })
  birch = await factories.makeClient(mspId, { name: 'Birch Legal' })
})

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Noon of a UTC day of this month: real devices enrol by the clock of the machine. */
const noon = (days = 0) => new Date(Math.floor(Date.now() / dayMs) * dayMs + 12 * hourMs + days * dayMs)
const isoDay = (at: Date) => at.toISOString().slice(0, 10)
const owner = () => personContext(mspId, { role: 'owner' })
const enrol = (client: ClientRef, count = 1): Promise<TestDevice[]> =>
  Promise.all(Array.from({ length: count }, () => world.door.addDevice(client)))
const move = (device: TestDevice, to: ClientRef) =>
  moveDevice(owner(), {
    deviceId: device.deviceId,
    clientId: to.clientId,
    siteId: to.siteId,
    keepTags: false,
    reason: 'Sold',
  })
const retire = (device: TestDevice) => retireDevice(owner(), { deviceId: device.deviceId, reason: 'Scrapped' })
/** The devices check in at a moment. */
const see = (devices: TestDevice[], at: Date) =>
  ingest('use-counters', { at, items: devices.map((each) => ({ deviceId: each.deviceId, counter: ++each.counter })) })

const ledger = () => readLedger(owner(), { [alder.clientId]: 'alder', [birch.clientId]: 'birch' })

test('a device counts from its enrolment until it is retired; the day keeps its highest look', async () => {
  const day = isoDay(noon())
  await countUsage(noon())
  expect(await ledger()).toEqual([`${day} all 0 0`])
  const [first] = await enrol(alder, 3)
  await countUsage(noon())
  const peak = [`${day} alder 3 3`, `${day} all 3 3`]
  expect(await ledger()).toEqual(peak)
  if (first) await retire(first)
  await countUsage(noon())
  expect(await ledger(), 'the same day').toEqual(peak)
  await countUsage(noon(1))
  const next = isoDay(noon(1))
  expect(await ledger(), 'the next day').toEqual([...peak, `${next} alder 2 2`, `${next} all 2 2`].sort())
})

test('looking again changes nothing, not even the version of a row', async () => {
  await enrol(alder, 2)
  const versions = () =>
    inTenant(owner(), (tx) =>
      tx.execute(sql`select xmin::text from usage_daily union all select xmin::text from usage_daily_totals`),
    )
  await countUsage(noon())
  const before = await versions()
  await countUsage(noon())
  await countUsage(noon())
  expect(await versions()).toEqual(before)
  expect(before).toHaveLength(2)
})

test('after 30 days of silence a device costs nothing, and from its next sign of life on it does', async () => {
  const [loud, silent] = await enrol(alder, 2)
  if (!loud || !silent) throw new Error('two devices')
  const seen = new Date()
  await see([loud, silent], seen)
  const after = (ms: number) => new Date(seen.getTime() + ms)
  await see([loud], after(31 * dayMs))
  // To the second: 30 days are still within, a second more is not.
  await countUsage(after(30 * dayMs - 1_000))
  await countUsage(after(31 * dayMs))
  await see([silent], after(32 * dayMs))
  await countUsage(after(32 * dayMs))
  const days = [after(30 * dayMs - 1_000), after(31 * dayMs), after(32 * dayMs)].map(isoDay)
  expect((await ledger()).filter((row) => row.includes('alder'))).toEqual([
    `${days[0]} alder 2 2`,
    `${days[1]} alder 2 1`,
    `${days[2]} alder 2 2`,
  ])
})

test('a device that moves on a day is in the peak of both clients and counts once for the company', async () => {
  const [moving] = await enrol(alder, 2)
  await enrol(birch)
  await countUsage(noon())
  if (moving) await move(moving, birch)
  for (let time = 0; time < 2; time++) await countUsage(noon())
  const day = isoDay(noon())
  expect(await ledger()).toEqual([`${day} alder 2 2`, `${day} all 3 3`, `${day} birch 2 2`])
})

test('what was counted stays when a client is put away and when it is erased, under its name; its devices count no more', async () => {
  await enrol(alder, 2)
  await enrol(birch)
  await countUsage(noon())
  await archiveClient(owner(), { clientId: alder.clientId, reason: '', abortRollouts: 0 })
  await countUsage(noon(1))
  const bill = () => getBilling(owner(), { month: isoDay(noon()).slice(0, 7) })
  const told = async () => (await bill()).clients.map(({ name, state, peak }) => [name, state, peak])
  expect((await ledger()).filter((row) => row.startsWith(isoDay(noon(1))))).toEqual([
    `${isoDay(noon(1))} all 1 1`,
    `${isoDay(noon(1))} birch 1 1`,
  ])
  expect(await told()).toContainEqual(['Alder Dental', 'archived', 2])
  const { number, cents } = await bill()

  const longAgo = personContext(mspId, { role: 'owner', now: new Date(Date.now() - 8 * dayMs) })
  await requestErasure(longAgo, { clientId: alder.clientId, name: 'Alder Dental', reason: 'The contract ended' })
  for (let more = 1; more > 0; ) more = await eraseDueClients((id) => jobContext(id, 'erasure'))
  expect(await told()).toContainEqual(['Alder Dental', 'erased', 2])
  expect(await bill()).toMatchObject({ number, cents })
  await countUsage(noon())
  expect((await ledger()).filter((row) => row.startsWith(isoDay(noon())) && row.includes('all'))).toEqual([
    `${isoDay(noon())} all 3 3`,
  ])
})

test('two companies are counted apart, and neither reads the other', async () => {
  await enrol(alder, 2)
  const { factories } = world.door
  const other = await factories.makeMsp()
  await enrol(await factories.makeClient(other), 1)
  await countUsage(new Date())
  expect((await getBilling(owner(), {})).number).toBe(2)
  expect(await getBilling(personContext(other, { role: 'owner' }), {})).toMatchObject({
    number: 1,
    clients: [{ peak: 1 }],
  })
})

describe('who reads the bill', () => {
  test.each(['owner', 'admin', 'billing'] as const)('%s, who sees all clients', async (role) => {
    await countUsage(new Date())
    expect(await getBilling(personContext(mspId, { role }), {})).toMatchObject({ number: 0 })
  })
  test.each(['approver', 'technician', 'read-only', 'client-manager'] as const)('never %s', async (role) => {
    await expect(getBilling(personContext(mspId, { role }), {})).rejects.toMatchObject({ code: 'forbidden' })
  })
  test.each([getBilling, listUsageDays])('nobody of a part of the clients: %o', async (readIt) => {
    const part = personContext(mspId, { role: 'billing', clients: [alder.clientId] })
    await expect(readIt(part, {})).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('all clients read the bill'),
    })
  })
})

test('the statement of a client has every counted day, zeros too, and marks its free ones', async () => {
  const [moving] = await enrol(alder, 2)
  const month = '2031-05'
  const on = (day: number) => new Date(Date.UTC(2031, 4, day, 12))
  if (!moving) throw new Error('a device')
  for (let day = 1; day <= 10; day++) {
    await see([moving], on(day))
    await countUsage(on(day))
    if (day === 4) await move(moving, birch)
  }
  const days = async (client?: ClientRef) =>
    (await listUsageDays(owner(), { month, client: client?.clientId })).map(
      ({ day, name, enrolled, peak, isFree }) => `${day.slice(8)} ${name} ${enrolled} ${peak}${isFree ? ' free' : ''}`,
    )
  const birches = await days(birch)
  expect(birches).toEqual([
    ...['01', '02', '03', '04'].map((day) => `${day} Birch Legal 0 0`),
    '05 Birch Legal 1 1 free',
    ...['06', '07', '08', '09', '10'].map((day) => `${day} Birch Legal 1 1`),
  ])
  // The other one that never was seen again is enrolled there, and counts for nobody.
  expect((await days(alder)).slice(3, 6)).toEqual(['04 Alder Dental 2 1', '05 Alder Dental 1 0', '06 Alder Dental 1 0'])
  expect(await days()).toEqual([...(await days(alder)), ...birches])
})

test('a month tells of days that were counted, missed, before the first count and to come', async () => {
  const at = (day: number) => new Date(Date.UTC(2031, 4, day, 12))
  for (const day of [3, 4, 6]) await countUsage(at(day))
  const bill = (now: Date, month?: string) => getBilling(personContext(mspId, { role: 'billing', now }), { month })
  const states = (await bill(at(7))).days.map(({ state }) => state)
  const noMore = states.slice(6)
  expect(states.slice(0, 6)).toEqual(['before', 'before', 'counted', 'counted', 'missed', 'counted'])
  expect(new Set(noMore)).toEqual(new Set(['to-come']))
  expect(await bill(at(7))).toMatchObject({ month: '2031-05', number: 0, earlier: null, later: null, isOver: false })
  const june = new Date('2031-06-01T00:00:00Z')
  expect(await bill(june)).toMatchObject({ month: '2031-06', number: null, earlier: '2031-05', later: null })
  expect(await bill(june, '2031-05')).toMatchObject({ number: 0, earlier: null, later: '2031-06', isOver: true })
  expect(await bill(june, '2031-08')).toMatchObject({ number: null, earlier: '2031-06', later: null })
})

test('a day that nobody counted does not lower the number', async () => {
  const devices = await enrol(alder, 3)
  const on = (day: number) => new Date(Date.UTC(2031, 4, day, 12))
  for (const day of [1, 2, 3, 4, 5, 6, 7, 8, 20]) {
    await see(devices, on(day))
    await countUsage(on(day))
  }
  const bill = await getBilling(personContext(mspId, { role: 'owner', now: new Date('2031-06-02T00:00:00Z') }), {
    month: '2031-05',
  })
  expect(bill.number).toBe(3)
  expect(bill.clients).toMatchObject([{ peak: 3, number: 3 }])
})
