import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client'
import { billingNightWorkflowName, billingScheduleId } from '../../server/billing/contract.ts'
import { rolloutTaskQueue } from '../../server/rollouts/contract.ts'

/** The SDK asks without end where Temporal is gone: this ends it, and the sweep comes again. */
const patienceMs = 10_000

/** Makes the nightly schedule where there is none. It never changes: another rule gets another id. */
export function keepBillingSchedule(client: Client, taskQueue = rolloutTaskQueue): Promise<void> {
  return client.withDeadline(Date.now() + patienceMs, async () => {
    const made = client.schedule.create({
      scheduleId: billingScheduleId,
      // An invoice of the month that ended is a draft until 01:00.
      spec: { calendars: [{ hour: 0, minute: 20 }], timezone: 'UTC' },
      // A night that was slept through needs nothing but the next one: the meter keeps the last number.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' },
      action: {
        type: 'startWorkflow',
        workflowType: billingNightWorkflowName,
        workflowId: billingScheduleId,
        taskQueue,
        args: [],
      },
    })
    await made.then(
      () => {},
      (error) => {
        if (!(error instanceof ScheduleAlreadyRunning)) throw error
      },
    )
  })
}
