import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { billingScheduleId } from '../../server/billing/contract.ts'
import { keepBillingSchedule } from './keep-schedule.ts'

/** Workers of other tests serve the queue that all share, and know no bill. */
const taskQueue = 'billing-test'

let connection: Connection
let client: Client
beforeAll(async () => {
  connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS })
  client = new Client({ connection, namespace: process.env.TEMPORAL_NAMESPACE })
})
afterAll(async () => {
  await client?.schedule.getHandle(billingScheduleId).delete()
  await connection?.close()
})

test('there is one schedule, however often it is asked for, and when it wakes the meters are told', async () => {
  for (let time = 0; time < 2; time++) await keepBillingSchedule(client, taskQueue)
  const handle = client.schedule.getHandle(billingScheduleId)
  const { spec } = await handle.describe()
  expect(spec.calendars).toMatchObject([{ hour: [{ start: 0, end: 0 }], minute: [{ start: 20, end: 20 }] }])
  let told = 0
  const native = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS })
  const worker = await Worker.create({
    connection: native,
    namespace: process.env.TEMPORAL_NAMESPACE,
    taskQueue,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('../all-workflows.ts', import.meta.url)),
    }),
    // What telling does is in `stripe-life.db.test.ts`.
    activities: { sendMeters: async () => ++told },
  })
  await worker.runUntil(async () => {
    await handle.trigger()
    await expect.poll(() => told, { timeout: 30_000 }).toBe(1)
  })
  await native.close()
})
