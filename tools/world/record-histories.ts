import { mkdir, writeFile } from 'node:fs/promises'
import { Client, Connection } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import type { temporal } from '@temporalio/proto'
import { jobContext } from '../../server/auth/job-context.ts'
import { billingNightWorkflowName, billingScheduleId } from '../../server/billing/contract.ts'
import { monthlyReportsWorkflowName, reportScheduleId } from '../../server/reports/contract.ts'
import { ringWorkflowId, rolloutTaskQueue, rolloutWorkflowId } from '../../server/rollouts/contract.ts'
import { pauseRollout } from '../../server/rollouts/pause-rollout.ts'
import { resumeRollout } from '../../server/rollouts/resume-rollout.ts'
import { labPolicy } from '../seed/lab-policy.ts'
import { devicesOn, gates, until } from './look.ts'
import { startWorld } from './world.ts'

/**
 * Records a history of every workflow type from a real small world: a rollout that passes with a pause in its soak, one whose patch fails,
 * the reports of a month, and a night of the bill. Run after a change that is meant to alter what the workflows do: `node tools/world/record-histories.ts <tag>`.
 */
const tag = process.argv[2] ?? new Date().toISOString().slice(0, 10)
const workflows = new URL('../../workflows/', import.meta.url)

const world = await startWorld({
  clients: [{ name: 'Recorded', devices: ['r-test', 'r-production'] }],
  offer: [{ name: 'lab-svc', version: '2.0' }],
  policy: { ...labPolicy, rings: labPolicy.rings.map((ring) => ({ ...ring, soakMs: 8_000 })) },
})
try {
  const context = () => jobContext(world.mspId, 'recording')
  await until('the test device runs 2.0', async () => (await devicesOn(world, 'lab-svc', '2.0')).length === 1)
  const [passing] = await rolloutIds()
  if (!passing) throw new Error('no rollout started')
  await pauseRollout(context(), { rolloutId: passing, reason: 'for the recording' })
  await resumeRollout(context(), { rolloutId: passing, reason: 'for the recording' })
  await until('2.0 is everywhere and finished', async () =>
    (await gates(world)).every((gate) => gate.state === 'finished'),
  )
  await world.lab.repository.publish({ name: 'lab-svc', version: '3.0' })
  await until('3.0 has failed', async () =>
    (await gates(world)).some((gate) => gate.patch === 'lab-svc 3.0' && gate.verdict === 'fail'),
  )
  await until('all finished', async () => (await gates(world)).every((gate) => gate.state === 'finished'))
  const failing = (await rolloutIds()).find((id) => id !== passing)
  if (!failing) throw new Error('no second rollout')

  const connection = await Connection.connect({ address: world.temporalAddress })
  const client = new Client({ connection, namespace: 'patchward' })
  await client.workflow.execute(monthlyReportsWorkflowName, {
    args: [{ timeZone: 'Europe/Berlin' }],
    workflowId: reportScheduleId('Europe/Berlin'),
    taskQueue: rolloutTaskQueue,
  })
  await client.workflow.execute(billingNightWorkflowName, {
    workflowId: billingScheduleId,
    taskQueue: rolloutTaskQueue,
  })
  const wanted: [string, string][] = [
    [`rollout/histories/rollout-passes-${tag}`, rolloutWorkflowId(world.mspId, passing)],
    [`rollout/histories/rollout-fails-${tag}`, rolloutWorkflowId(world.mspId, failing)],
    [`rollout/histories/ring-passes-after-pause-${tag}`, ringWorkflowId(world.mspId, passing, 0)],
    [`rollout/histories/ring-fails-${tag}`, ringWorkflowId(world.mspId, failing, 0)],
    [`reports/histories/monthly-reports-${tag}`, reportScheduleId('Europe/Berlin')],
    [`billing/histories/billing-night-${tag}`, billingScheduleId],
  ]
  for (const [name, workflowId] of wanted) {
    const history: temporal.api.history.v1.IHistory = await client.workflow.getHandle(workflowId).fetchHistory()
    const file = new URL(`${name}.json`, workflows)
    await mkdir(new URL('.', file), { recursive: true })
    await writeFile(file, `${historyToJSON(history)}\n`)
    console.log(`${name}: ${history.events?.length ?? 0} events`)
  }
  await connection.close()
} finally {
  await world.stop()
}

function rolloutIds(): Promise<string[]> {
  return world.factories.inMsp(world.mspId, async (tx) => {
    const rows = await tx<{ id: string }[]>`select id from rollouts order by number`
    return rows.map((row) => row.id)
  })
}
