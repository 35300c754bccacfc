import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateStage,
} from '@temporalio/client'
import {
  controlUpdate,
  outboxKinds,
  ringChangedSignal,
  ringWorkflowId,
  rolloutTaskQueue,
  rolloutWorkflowId,
  rolloutWorkflowName,
} from '../../server/rollouts/contract.ts'
import type { OutboxRow, Send } from './outbox-relay.ts'

/** An update is waited for until a worker accepted it, which a workflow whose tasks fail never does: this ends the wait. */
const sendTimeoutMs = 5_000

/**
 * Sends outbox rows to Temporal. Already started, already finished and already updated are all success. Throws after `timeoutMs`: the
 * SDK itself asks again without end.
 */
export function sendToTemporal(client: Client, timeoutMs = sendTimeoutMs): Send {
  return async (row) => {
    try {
      await client.withDeadline(Date.now() + timeoutMs, () => sendOne(client, row))
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError || error instanceof WorkflowNotFoundError) return
      throw error
    }
  }
}

async function sendOne(client: Client, row: OutboxRow): Promise<void> {
  const rolloutId = row.stream
  switch (row.kind) {
    case outboxKinds.start:
      await client.workflow.start(rolloutWorkflowName, {
        args: [{ mspId: row.mspId, rolloutId }],
        workflowId: rolloutWorkflowId(row.mspId, rolloutId),
        taskQueue: rolloutTaskQueue,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
      })
      return
    case outboxKinds.control: {
      const handle = client.workflow.getHandle(rolloutWorkflowId(row.mspId, rolloutId))
      await handle.startUpdate(controlUpdate, {
        args: [{ epoch: Number(row.payload.epoch) }],
        updateId: `outbox-${row.id}`,
        waitForStage: WorkflowUpdateStage.ACCEPTED,
      })
      return
    }
    case outboxKinds.ringChanged:
      await client.workflow
        .getHandle(ringWorkflowId(row.mspId, rolloutId, Number(row.payload.position)))
        .signal(ringChangedSignal)
      return
    default:
      throw new Error(`the relay does not know outbox rows of kind ${row.kind}`)
  }
}
