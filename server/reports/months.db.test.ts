import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { canonicalJson } from '../../agent/wire/canonical-json.ts'
import { inTenant, type MspId } from '../../db/tenant.ts'
import { jobContext } from '../auth/job-context.ts'
import { listReportRows } from '../report-rows/list-report-rows.ts'
import { numberNames } from '../report-rows/rules.ts'
import { readReport, type Standing, standingSchema } from './document.ts'
import { freezeReport, writeReport } from './freeze-report.ts'
import { boundsOf } from './months.ts'
import { type MonthWorld, startMonthWorld } from './testing/month-world.ts'
import { type Held, reckonMonth, storeSaid } from './testing/reckon-month.ts'
import { months, passTwoMonths, startsAt } from './testing/two-months.ts'

/** What the reports say against what devices and people said: SQL over the log of that alone. */

const size = { clients: 20, devices: 50 }
let world: MonthWorld
/** The reports of February when the last of them was frozen. */
let early: Awaited<ReturnType<typeof stored>>
beforeAll(async () => {
  world = await startMonthWorld({ ...size, at: startsAt })
  await passTwoMonths(world, async (at, { clientId }, month) => {
    await freezeReport(jobContext(world.mspId, 'report', at), { clientId, month })
    if (month === months[0]) early = await stored()
  })
  const held = await world.door.factories.inMsp(
    world.mspId,
    (tx) => tx<Held[]>`select name || '=' || version as ref, client_id as client, set_at as since, lifted_at as until
      from holds h join patches p on p.id = h.patch_id`,
  )
  await storeSaid(world.door.database.owner, world.log.said, held, world.excepted)
}, 600_000)
afterAll(() => world?.stop())

const stored = () =>
  world.door.factories.inMsp(
    world.mspId,
    (tx) =>
      tx<
        { id: string; client_id: string; month: string; document: string; content_hash: string }[]
      >`select * from reports order by month, client_id`,
  )

test('the world is as large as it says', async () => {
  const devices = await world.door.factories.inMsp(
    world.mspId,
    (tx) => tx`select from devices where retired_at is null`,
  )
  expect(devices.length).toBeGreaterThan(size.clients * (size.devices - 4))
  expect(await stored()).toHaveLength(size.clients * months.length)
})

test.each(months)('%s has computers in every standing', async (month) => {
  const all = (await stored()).filter((row) => row.month === month).map((row) => readReport(row.document).computers)
  // Keys of that very shape.
  const sums = Object.fromEntries(
    Object.keys(standingSchema.shape).map((key) => [
      key,
      all.reduce((sum, one) => sum + one[key as keyof Standing], 0),
    ]),
  )
  expect(Object.entries(sums).filter(([, count]) => count === 0)).toEqual([])
})

test.each(months)('each number of %s is what devices and people said', async (month) => {
  const { owner } = world.door.database
  const reports = new Map(
    (await stored()).filter((row) => row.month === month).map((row) => [row.client_id, row.document]),
  )
  for (const client of world.clients) {
    const { from, to } = boundsOf(month, client.timeZone)
    const { computers, silent, changes, restarts, updates, takenBack } = readReport(reports.get(client.clientId) ?? '')
    const said = {
      computers,
      silent,
      changes,
      restarts,
      updates,
      takenBack: takenBack.map((one) => ({ ...one, reason: '' })),
    }
    const { name, timeZone, hasPack, clientId } = client
    expect({ name, ...said }).toEqual({
      name,
      ...(await reckonMonth(owner, { clientId, timeZone, hasPack, from, to })),
    })
  }
})

test.each(months)('the rows behind each number of %s are as many as it says', async (month) => {
  const listed = new Set<string>()
  for (const row of (await stored()).filter((one) => one.month === month)) {
    const client = world.clients.find((one) => one.clientId === row.client_id)
    if (!client) throw new Error('a report of no client')
    const ctx = world.person(boundsOf('2024-03', client.timeZone).dueAt, client)
    const { updates } = readReport(row.document)
    for (const number of numberNames) {
      const found = await listReportRows(ctx, { reportId: row.id, number, after: 0 }, 10_000)
      const { frozen, counted, rows } = found
      expect({ client: client.name, number, counted, rows: rows.length }).toEqual({
        ...{ client: client.name, number, counted: frozen, rows: frozen },
      })
      if (rows.length > 0) listed.add(number)
      if (number === 'installed')
        expect([rankOf(rows, 0.5), rankOf(rows, 0.95)]).toEqual([updates.medianDays, updates.p95Days])
    }
  }
  expect(numberNames.filter((name) => !listed.has(name))).toEqual([])
})
/** What stands so far down a list that is in the order of its days. */
const rankOf = (rows: readonly { days: number | null }[], share: number) =>
  Math.round((rows[Math.ceil(share * rows.length) - 1]?.days ?? 0) * 100) / 100

test('pages of rows are the whole list, each row once', async () => {
  const [row] = await stored()
  const client = world.clients.find((one) => one.clientId === row?.client_id)
  if (!row || !client) throw new Error('no report')
  const ctx = world.person(boundsOf('2024-03', client.timeZone).dueAt, client)
  const page = (after: number) =>
    listReportRows(ctx, { reportId: row.id, number: 'computers', after }, 20).then(({ rows, next }) => ({ rows, next }))
  const [first, second] = [await page(0), await page(20)]
  const third = await page(40)
  expect([first.next, second.next, third.next]).toEqual(['20', '40', null])
  const ids = [first, second, third].flatMap(({ rows }) => rows.map(({ device }) => device.id))
  expect(new Set(ids).size).toBe(readReport(row.document).computers.all)
  expect(first.rows.every(({ device }) => device.hostName !== '')).toBe(true)
})

test('what was frozen is the same bytes when another month has passed, and counted again the numbers are the same', async () => {
  const first = (await stored()).filter((row) => row.month === months[0])
  expect(first).toEqual(early)
  for (const client of world.clients) {
    const { dueAt } = boundsOf(months[0], client.timeZone)
    const frozen = first.find((row) => row.client_id === client.clientId)
    // An id of this test's own database.
    const again = await inTenant({ mspId: world.mspId as MspId, clients: 'all' }, (tx) =>
      writeReport(tx, jobContext(world.mspId, 'report', dueAt), { clientId: client.clientId, month: months[0] }),
    )
    expect(frozen?.document).toBe(canonicalJson(again))
    expect(
      createHash('sha256')
        .update(frozen?.document ?? '')
        .digest('hex'),
    ).toBe(frozen?.content_hash)
  }
})
