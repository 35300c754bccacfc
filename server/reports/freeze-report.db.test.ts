import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jobContext } from '../auth/job-context.ts'
import { exampleMissing } from '../device-api/test-device.ts'
import { refreshFleet } from '../devices/refresh-fleet.ts'
import { liftHold } from '../holds/lift-hold.ts'
import { setHold } from '../holds/set-hold.ts'
import { rollBackPatches } from '../rollouts/roll-back-patches.ts'
import {
  personContext,
  plainPolicy,
  type RolloutRun,
  type RolloutWorld,
  startRolloutWorld,
} from '../rollouts/testing.ts'
import { readReport } from './document.ts'
import { freezeDueReports } from './freeze-due-reports.ts'
import { freezeReport } from './freeze-report.ts'
import { boundsOf, dueMonth } from './months.ts'
import { getReportFile, listReports } from './queries.ts'
import { renderReportPdf } from './render-pdf.ts'
import { plainLook } from './report-look.ts'
import { shiftTime } from './testing/shift-time.ts'

const dayMs = 24 * 3_600_000
const zone = 'Europe/Berlin'
const hosts = ['test-1', 'test-2', 'test-lib', 'fine', 'late', 'held', 'restart', 'away', 'retired']
/** The month before this one; what happens in the test is put on its third day, and counted on the first of this one. */
const month = dueMonth(new Date(), zone)
const { from, to, dueAt } = boundsOf(month, zone)
const countedAt = dueAt
const started = new Date()

let world: RolloutWorld
let run: RolloutRun
beforeAll(async () => {
  world = await startRolloutWorld()
  run = await world.startPlan({
    hosts,
    refs: ['lab-svc=2.0', 'lab-lib=2.0'],
    refsOf: { 'test-lib': ['lab-lib=2.0'] },
    policy: { ...plainPolicy, dueDays: 7 },
  })
  await passMonth()
})
afterAll(() => world.stop())

const job = (at = countedAt) => jobContext(run.client.mspId, 'report', at)
const deviceOf = (host: string) => {
  const device = run.devices.find((one) => one.facts.hostName === host)
  if (!device) throw new Error(`no device ${host}`)
  return device
}
const stored = () =>
  world.door.factories.inMsp(
    run.client.mspId,
    (tx) =>
      tx<
        { document: string; content_hash: string; revision: number }[]
      >`select * from reports where client_id = ${run.client.clientId}`,
  )
async function report() {
  const [row] = await stored()
  if (!row) throw new Error('no report')
  return readReport(row.document)
}

/** lab-lib goes in at the test devices, lab-svc is taken back at the two that had it; then each of the others comes to stand as its name says. */
async function passMonth(): Promise<void> {
  for (const host of ['test-1', 'test-2', 'test-lib']) await run.tell(host, 'install', 'installed')
  const ctx = personContext(run.client.mspId)
  const patchIds = [await run.patchId('lab-svc', '2.0')]
  await rollBackPatches(ctx, { rolloutId: run.rolloutId, patchIds, reason: 'logins were slow' })
  await run.dispatch()
  for (const host of ['test-1', 'test-2']) await run.tell(host, 'rollback', 'rolled-back', { refs: ['lab-svc=2.0'] })
  // A hold that was lifted holds nobody back any more.
  const held = { patchId: await run.patchId('lab-lib', '2.0'), clients: [run.client.clientId], reason: 'a doubt' }
  await setHold(ctx, held)
  const [hold] = await world.door.factories.inMsp(
    run.client.mspId,
    (tx) => tx<{ id: string }[]>`select id from holds where reason = 'a doubt'`,
  )
  await liftHold(ctx, { holdId: hold?.id ?? '', reason: 'no doubt any more' })
  const lacks: Record<string, string[]> = { late: ['lab-lib=2.0'], held: ['lab-svc=2.0'] }
  for (const host of hosts) await deviceOf(host).inventory({ missing: exampleMissing(...(lacks[host] ?? [])) })
  const restart = deviceOf('restart')
  await restart.inventory({ facts: { ...restart.facts, isRebootPending: true } })
  await world.door.factories.inMsp(
    run.client.mspId,
    (tx) => tx`update devices set retired_at = now() where host_name = 'retired'`,
  )
  await shiftTime(world.door.database.owner, started, from.getTime() + 2 * dayMs - started.getTime())
  const end = new Date(to.getTime() - 1_000)
  await world.hear(
    run.devices.filter((one) => one.facts.hostName !== 'away'),
    end,
  )
  await refreshFleet(end, 60_000, null)
}

describe('a month', () => {
  test('that is not over is not frozen', async () => {
    const early = job(new Date(to.getTime() - 1))
    await expect(freezeReport(early, { clientId: run.client.clientId, month })).rejects.toThrow(`${month} is not over`)
    expect(await stored()).toHaveLength(0)
  })

  test('is frozen once it is due, by whoever asks first, and never twice', async () => {
    const contextOf = (mspId: string) => jobContext(mspId, 'report')
    // Until 06:00 of the first day the month before is the newest that is due, and the client did not exist then.
    await freezeDueReports(contextOf, { timeZone: zone }, new Date(dueAt.getTime() - 1))
    expect(await stored()).toHaveLength(0)
    await freezeDueReports(contextOf, { timeZone: 'Europe/Lisbon' }, dueAt)
    expect(await stored()).toHaveLength(0)
    expect(await freezeReport(job(), { clientId: run.client.clientId, month })).toEqual({ isNew: true })
    expect(await freezeReport(job(), { clientId: run.client.clientId, month })).toEqual({ isNew: false })
    expect(await freezeDueReports(contextOf, { timeZone: zone }, dueAt)).toMatchObject({ isDone: true })
    expect(await stored()).toMatchObject([{ revision: 1 }])
  })

  test('says how each computer stood, and leaves nobody out', async () => {
    const { computers, silent } = await report()
    expect(computers).toEqual({ all: 8, protected: 4, late: 1, held: 1, excepted: 0, waitForRestart: 1, noData: 1 })
    expect(silent).toBe(0)
  })

  test('says what went in, what was taken back, and whom that spared', async () => {
    const { updates, takenBack } = await report()
    expect(updates).toMatchObject({ installed: 3, computers: 3, firstTries: 5, firstTriesProved: 5 })
    // Seven days by the policy, and both went in on the first.
    expect(updates).toMatchObject({ withDueDate: 3, inTime: 3 })
    expect((await report()).asks).toEqual(['the policy'])
    expect(updates.bySeverity).toMatchObject([{ severity: 'important', installed: 3 }])
    expect(takenBack).toEqual([{ patch: 'lab-svc 2.0', computers: 2, spared: 6, reason: 'logins were slow' }])
  })

  test('agrees with what the devices signed', async () => {
    const { updates, takenBack } = await report()
    const [signed] = await world.door.factories.inMsp(
      run.client.mspId,
      (tx) => tx<{ installed: number; undone: number }[]>`
        with told as (select r.device_id, s->>'key' as key, s->>'outcome' as outcome from device_reports r, jsonb_array_elements(r.body->'sets') s
          where r.client_id = ${run.client.clientId})
        select (select count(*)::int from (select device_id, key from told where outcome = 'installed'
            except select device_id, key from told where outcome = 'rolled-back') t) as installed,
          (select count(distinct (device_id, key))::int from told where outcome = 'rolled-back') as undone`,
    )
    expect(signed).toEqual({ installed: updates.installed, undone: takenBack[0]?.computers })
  })
})

test('clients whose reports cannot be made keep no other one waiting, however many', async () => {
  const { factories, database } = world.door
  const began = new Date()
  const mspId = await factories.makeMsp()
  // The ids are in the order of their making: the broken ones come first, and are more than are asked for at a time.
  const broken: string[] = []
  for (let place = 0; place < 51; place++) broken.push((await factories.makeClient(mspId)).clientId)
  const well = await factories.makeClient(mspId)
  await factories.inMsp(mspId, async (tx) => {
    await tx`insert into reports (msp_id, client_id, month, revision, document, content_hash, counted_at, made_by)
      select ${mspId}, unnest(${broken}::uuid[]), '2024-01', 1, '{}', '', now(), 'A test'`
  })
  await shiftTime(database.owner, began, from.getTime() - began.getTime())
  const contextOf = (id: string) => jobContext(id, 'report')
  await expect(freezeDueReports(contextOf, { timeZone: zone }, dueAt)).rejects.toThrow('that were not made: 51')
  const made = await factories.inMsp(mspId, (tx) => tx`select client_id from reports where month = ${month}`)
  expect(made.map((row) => row.client_id)).toEqual([well.clientId])
  await factories.inMsp(mspId, (tx) => tx`update clients set archived_at = now() where id = any (${broken})`)
  expect(await freezeDueReports(contextOf, { timeZone: zone }, dueAt)).toEqual({ frozen: 0, isDone: true })
})

describe('its PDF', () => {
  const idOf = async () => {
    const { rows } = await listReports(personContext(run.client.mspId), { month })
    return rows[0]?.id ?? ''
  }
  const names = { console: 'approver', portal: 'client-manager' } as const

  test('is had by the console: the bytes that were made of the document; by the portal once it is sent', async () => {
    const ctxOf = (role: 'approver' | 'client-manager') =>
      personContext(run.client.mspId, { role, clients: [run.client.clientId] })
    const { pdf, fileName } = await getReportFile(ctxOf('approver'), { reportId: await idOf() })
    expect(pdf.equals(await renderReportPdf(await report(), plainLook))).toBe(true)
    expect(fileName).toMatch(new RegExp(`^client-[0-9a-f]{8}-${month}\\.pdf$`))
    await expect(getReportFile(ctxOf('client-manager'), { reportId: await idOf() })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test.each(Object.entries(names))('is not there for the %s of another client', async (_, role) => {
    const { clientId } = await world.door.factories.makeClient(run.client.mspId)
    const ctx = personContext(run.client.mspId, { role, clients: [clientId] })
    await expect(getReportFile(ctx, { reportId: await idOf() })).rejects.toMatchObject({ code: 'not-found' })
  })

  test('is refused to a role that may read no report', async () => {
    const ctx = personContext(run.client.mspId, { role: 'billing' })
    await expect(getReportFile(ctx, { reportId: await idOf() })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('what is frozen', () => {
  test('is the same bytes whatever happens later, and its hash says so', async () => {
    const [before] = await stored()
    const hold = await world.door.factories.inMsp(
      run.client.mspId,
      (tx) => tx<{ id: string }[]>`select id from holds where lifted_at is null`,
    )
    for (const { id } of hold) await liftHold(personContext(run.client.mspId), { holdId: id, reason: 'mended' })
    await deviceOf('late').inventory({ missing: exampleMissing() })
    await refreshFleet(countedAt, 60_000, null)
    await freezeReport(job(new Date(countedAt.getTime() + dayMs)), { clientId: run.client.clientId, month })
    const [after] = await stored()
    expect(after).toEqual(before)
    expect(
      createHash('sha256')
        .update(after?.document ?? '')
        .digest('hex'),
    ).toBe(after?.content_hash)
  })

  test('is changed by nobody, not even by the owner of the table', async () => {
    for (const change of [
      `update reports set correction = 'x'`,
      'delete from reports',
      `update report_files set pdf = ''`,
    ]) {
      const byWorker = world.door.factories.inMsp(run.client.mspId, (tx) => tx.unsafe(change))
      await expect(byWorker).rejects.toThrow('permission denied')
      const byOwner = world.door.database.owner.begin(async (tx) => {
        for (const table of ['reports', 'report_files'])
          await tx.unsafe(`alter table ${table} no force row level security`)
        await tx.unsafe(change)
      })
      await expect(byOwner).rejects.toThrow('is append-only')
    }
  })
})
