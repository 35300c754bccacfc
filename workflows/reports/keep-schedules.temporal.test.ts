import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Factories } from '../../db/factories.ts'
import { closePools, connectPools } from '../../db/tenant.ts'
import { cloneDatabase, type TestDatabase } from '../../db/testing.ts'
import { jobContext } from '../../server/auth/job-context.ts'
import { reportScheduleId, reportSchedulePrefix } from '../../server/reports/contract.ts'
import { findReportZones } from '../../server/reports/freeze-due-reports.ts'
import { dueMonth } from '../../server/reports/months.ts'
import { rolloutTaskQueue } from '../../server/rollouts/contract.ts'
import { createReportActivities } from './activities.ts'
import { keepSchedules } from './keep-schedules.ts'

/** Zones that no other test's clients live in, on the Temporal server that all tests share. */
const [zone, elsewhere] = ['Indian/Kerguelen', 'Antarctica/Troll']

let database: TestDatabase
let factories: Factories
let connection: Connection
let client: Client
beforeAll(async () => {
  database = await cloneDatabase()
  factories = new Factories(database)
  connectPools({ tenant: database.urls.app_worker, across: database.urls.app_across })
  connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS })
  client = new Client({ connection, namespace: process.env.TEMPORAL_NAMESPACE })
})
afterAll(async () => {
  await connection?.close()
  await closePools()
  await factories?.close()
  await database?.drop()
})

const scheduleIds = async () => {
  const ids: string[] = []
  for await (const { scheduleId } of client.schedule.list()) ids.push(scheduleId)
  return ids.filter((id) => [zone, elsewhere].some((one) => id === reportScheduleId(one)))
}

test('each zone in use has one schedule, and one that nobody lives in any more has none', async () => {
  await keepSchedules(client, [zone, elsewhere])
  await expect.poll(scheduleIds, { timeout: 10_000 }).toHaveLength(2)
  expect(await keepSchedules(client, [zone, elsewhere]), 'a second time').toBe(0)
  await keepSchedules(client, [zone])
  await expect.poll(scheduleIds, { timeout: 10_000 }).toEqual([reportScheduleId(zone)])
  const { spec, policies } = await client.schedule.getHandle(reportScheduleId(zone)).describe()
  expect(spec).toMatchObject({ timezone: zone, jitter: 3_600_000 })
  expect(spec.calendars).toMatchObject([{ dayOfMonth: [{ start: 1, end: 1 }], hour: [{ start: 6, end: 6 }] }])
  expect(policies).toMatchObject({ overlap: 'BUFFER_ONE', catchupWindow: 27 * 24 * 3_600_000 })
})

test('the schedule of an older rule goes when its zone has the one of today', async () => {
  const old = `${reportSchedulePrefix}${zone}`
  await client.schedule.create({
    scheduleId: old,
    spec: { calendars: [{ dayOfMonth: 1, hour: 6 }], timezone: zone },
    action: { type: 'startWorkflow', workflowType: 'monthlyReports', taskQueue: rolloutTaskQueue },
  })
  await expect
    .poll(
      async () => {
        await keepSchedules(client, [zone])
        return client.schedule
          .getHandle(old)
          .describe()
          .then(
            () => 'there',
            () => 'gone',
          )
      },
      { timeout: 15_000, interval: 500 },
    )
    .toBe('gone')
})

test('when it wakes, every client of its zone has the report of the month that is over', async () => {
  const mspId = await factories.makeMsp()
  const { clientId } = await factories.makeClient(mspId, { timeZone: zone })
  const other = await factories.makeClient(mspId, { timeZone: elsewhere })
  expect(await findReportZones()).toEqual(expect.arrayContaining([zone, elsewhere]))
  // It was there all the month.
  await factories.inMsp(mspId, (tx) => tx`update clients set created_at = now() - interval '100 days'`)
  const native = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS })
  const worker = await Worker.create({
    connection: native,
    namespace: process.env.TEMPORAL_NAMESPACE,
    taskQueue: rolloutTaskQueue,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('../all-workflows.ts', import.meta.url)),
    }),
    activities: createReportActivities((id) => jobContext(id, 'report')),
  })
  const reportsOf = (id: string) =>
    factories.inMsp(mspId, async (tx) =>
      [...(await tx<{ month: string }[]>`select month from reports where client_id = ${id}`)].map((row) => row.month),
    )
  await worker.runUntil(async () => {
    await client.schedule.getHandle(reportScheduleId(zone)).trigger()
    await expect.poll(() => reportsOf(clientId), { timeout: 30_000 }).toEqual([dueMonth(new Date(), zone)])
  })
  expect(await reportsOf(other.clientId)).toEqual([])
  await native.close()
  await keepSchedules(client, [])
})
