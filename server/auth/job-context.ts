import type { MspId } from '../../db/tenant.ts'
import type { Context } from '../context.ts'
import { actions } from '../permissions.ts'

/** The context of a system job inside one MSP: sees all its clients, may do everything, and says which job it is. */
export function jobContext(mspId: string, job: string, now: Date = new Date()): Context {
  return {
    actor: { kind: 'system', job },
    // The id comes from a row of a sweep or of a workflow's input, never from a request.
    mspId: mspId as MspId,
    clients: 'all',
    permissions: new Set(actions),
    now,
  }
}
