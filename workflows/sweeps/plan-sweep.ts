import type { Logger } from 'pino'
import { jobContext } from '../../server/auth/job-context.ts'
import { rootCause } from '../../server/database-error.ts'
import { type PlanTurn, planDueRollouts } from '../../server/rollouts/plan-due-rollouts.ts'
import type { Sweep } from './run-sweep.ts'

/** The planner, client after client in turns; one log line for each new failure of a client. */
export function createPlanSweep(log: Logger): Sweep {
  let turn: PlanTurn | null = null
  const failing = new Map<string, string>()
  return {
    name: 'planner',
    intervalMs: 2_000,
    run: async () => {
      const { started, next } = await planDueRollouts({
        at: new Date(),
        after: turn,
        contextOf: (mspId) => jobContext(mspId, 'planner'),
        onFailure: (client, error) => {
          const err = error instanceof Error ? rootCause(error) : error
          const words = err instanceof Error ? err.message : String(err)
          if (failing.get(client.clientId) !== words) log.error({ ...client, err }, 'no rollout could be planned')
          failing.set(client.clientId, words)
        },
      })
      turn = next
      return started
    },
  }
}
