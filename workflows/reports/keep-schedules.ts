import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy, type ScheduleSpec } from '@temporalio/client'
import {
  type MonthlyReportsInput,
  monthlyReportsWorkflowName,
  reportScheduleId,
  reportSchedulePrefix,
} from '../../server/reports/contract.ts'
import { rolloutTaskQueue } from '../../server/rollouts/contract.ts'

/** How the time stands in which the reports of one zone are counted. No zone changes its clocks at 06:00. */
const spec: ScheduleSpec = { calendars: [{ dayOfMonth: 1, hour: 6 }], jitter: '60 minutes' }
/** An installation that slept catches up until the next month is near: how each computer stood was written down, so nothing is lost by it. */
const catchUp = '27 days'

/** The SDK asks without end where Temporal is gone: this ends it, and the sweep comes again. */
const patienceMs = 10_000

/**
 * Makes the schedule of each zone that has none, and deletes those of zones that no client lives in any more. Answers how many it made or
 * deleted. A zone's schedule never changes: another rule gets another id, and the
 * schedules of the old one go.
 */
export function keepSchedules(client: Client, zones: readonly string[]): Promise<number> {
  return client.withDeadline(Date.now() + patienceMs, async () => {
    const standing = await listSchedules(client)
    const wanted = new Map(zones.map((zone) => [reportScheduleId(zone), zone]))
    const missing = [...wanted].filter(([id]) => !standing.has(id))
    for (const [scheduleId, timeZone] of missing) await makeSchedule(client, scheduleId, timeZone)
    const spare = [...standing].filter((id) => !wanted.has(id))
    for (const id of spare) await client.schedule.getHandle(id).delete()
    return missing.length + spare.length
  })
}

async function listSchedules(client: Client): Promise<Set<string>> {
  const ids = new Set<string>()
  for await (const { scheduleId } of client.schedule.list())
    if (scheduleId.startsWith(reportSchedulePrefix)) ids.add(scheduleId)
  return ids
}

/** One that is there already, which the list may say some seconds late, is left as it is. */
async function makeSchedule(client: Client, scheduleId: string, timeZone: string): Promise<void> {
  const input: MonthlyReportsInput = { timeZone }
  const made = client.schedule.create({
    scheduleId,
    spec: { ...spec, timezone: timeZone },
    policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindow: catchUp },
    action: {
      type: 'startWorkflow',
      workflowType: monthlyReportsWorkflowName,
      workflowId: scheduleId,
      taskQueue: rolloutTaskQueue,
      args: [input],
    },
  })
  await made.catch((error) => {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
  })
}
