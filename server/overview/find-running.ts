import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { ringPatches, rollouts } from '../../db/schema/rollouts.ts'
import { clients } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import { frozenPolicy } from '../rollouts/frozen-policy.ts'
import { soakShare } from '../rollouts/list-rollouts.ts'
import { listRingSummaries, type RingSummary } from '../rollouts/queries.ts'
import { type StateWords, stateSentence } from '../rollouts/state-sentence.ts'

const most = 200

export interface RunningRollout {
  id: string
  number: number
  title: string
  client: { id: string; name: string; timeZone: string }
  startedAt: Date
  isLab: boolean
  words: StateWords
  takenBack: number
  rings: (RingSummary & { soakShare: number })[]
}

/** Rollouts that run now, those that ask a person first, then the newest. Counters only, whatever the size of a ring. */
export async function findRunningRollouts(tx: Tx, now: Date): Promise<RunningRollout[]> {
  const found = await tx
    .select({ rollout: rollouts, client: { id: clients.id, name: clients.name, timeZone: clients.timeZone } })
    .from(rollouts)
    .innerJoin(clients, and(eq(clients.mspId, rollouts.mspId), eq(clients.id, rollouts.clientId)))
    .where(eq(rollouts.state, 'running'))
    .orderBy(desc(rollouts.startedAt), desc(rollouts.id))
    .limit(most)
  const ids = found.map(({ rollout }) => rollout.id)
  const rings = Map.groupBy(
    await listRingSummaries(tx, new Map(ids.map((id) => [id, 'running']))),
    (ring) => ring.rolloutId,
  )
  const backs = await findTakenBack(tx, ids)
  return found
    .map(({ rollout, client }): RunningRollout => {
      const own = rings.get(rollout.id) ?? []
      const policy = frozenPolicy(rollout)
      const takenBack = backs.get(rollout.id) ?? 0
      const standing = rollout.isStopped ? (rollout.stoppedAt ?? now) : now
      return {
        id: rollout.id,
        number: rollout.number,
        title: rollout.title,
        client,
        startedAt: rollout.startedAt,
        isLab: policy.isLab,
        words: stateSentence({ ...rollout, rings: own, takenBack, zone: client.timeZone, now }),
        takenBack,
        rings: own.map((ring) => ({ ...ring, soakShare: soakShare(ring, policy, client.timeZone, standing) })),
      }
    })
    .sort((a, b) => Number(b.words.kind === 'asking') - Number(a.words.kind === 'asking'))
}

async function findTakenBack(tx: Tx, ids: string[]): Promise<Map<string, number>> {
  const rows = await tx
    .select({
      rolloutId: ringPatches.rolloutId,
      count: sql<number>`(count(distinct ${ringPatches.patchId}) filter (where ${ringPatches.rollBackAt} is not null))::int`,
    })
    .from(ringPatches)
    .where(inArray(ringPatches.rolloutId, ids))
    .groupBy(ringPatches.rolloutId)
  return new Map(rows.map((row) => [row.rolloutId, row.count]))
}
