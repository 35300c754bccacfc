import { eq } from 'drizzle-orm'
import { rollouts } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import { findRolloutRows, type RolloutListRow } from '../rollouts/find-rollout-rows.ts'

const most = 200

export type RunningRollout = Omit<RolloutListRow, 'startedBy'>

/** Rollouts that run now, those that ask a person first, then the newest. Counters only, whatever the size of a ring. */
export async function findRunningRollouts(tx: Tx, now: Date): Promise<RunningRollout[]> {
  const rows = await findRolloutRows(tx, { where: eq(rollouts.state, 'running'), limit: most, now })
  return rows
    .map(({ startedBy: _, ...row }) => row)
    .sort((a, b) => Number(b.words.kind === 'asking') - Number(a.words.kind === 'asking'))
}
