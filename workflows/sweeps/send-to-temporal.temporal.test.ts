import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outboxKinds, rolloutWorkflowId } from '../../server/rollouts/contract.ts'
import type { OutboxRow, Send } from './outbox-relay.ts'
import { sendToTemporal } from './send-to-temporal.ts'

const timeoutMs = 1_000
let connection: Connection
let client: Client
let send: Send
beforeAll(async () => {
  connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS })
  client = new Client({ connection, namespace: process.env.TEMPORAL_NAMESPACE })
  send = sendToTemporal(client, timeoutMs)
})
afterAll(() => connection?.close())

const mspId = randomUUID()
const row = (stream: string, kind: string, payload = {}): OutboxRow => ({ id: '1', mspId, stream, kind, payload })

/** No worker polls here, so the workflow is as deaf as one whose tasks fail. */
async function startDeaf(stream: string): Promise<() => Promise<unknown>> {
  const workflowId = rolloutWorkflowId(mspId, stream)
  const handle = await client.workflow.start('nobody-runs-this', { workflowId, taskQueue: `none-${stream}`, args: [] })
  return () => handle.terminate()
}

test('an update that no worker accepts ends with an error within its time', async () => {
  const stream = randomUUID()
  const end = await startDeaf(stream)
  const beganMs = performance.now()
  await expect(send(row(stream, outboxKinds.control, { epoch: 1 }))).rejects.toThrow()
  expect(performance.now() - beganMs).toBeLessThan(timeoutMs + 2_000)
  await end()
})

test('what a workflow that is over, or was never there, would be told counts as told', async () => {
  const stream = randomUUID()
  const end = await startDeaf(stream)
  await end()
  await send(row(stream, outboxKinds.control, { epoch: 1 }))
  await send(row(randomUUID(), outboxKinds.control, { epoch: 1 }))
  await send(row(randomUUID(), outboxKinds.ringChanged, { position: 0 }))
})

test('a rollout is started once, however often its row is sent', async () => {
  const stream = randomUUID()
  await send(row(stream, outboxKinds.start))
  await send(row(stream, outboxKinds.start))
  await client.workflow.getHandle(rolloutWorkflowId(mspId, stream)).terminate()
})

test('a kind it does not know is said, not dropped', async () => {
  await expect(send(row(randomUUID(), 'no such kind'))).rejects.toThrow('no such kind')
})
