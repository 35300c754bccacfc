import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { ringPatches, rollouts } from '../../db/schema/rollouts.ts'
import { clients } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import type { Policy } from '../policies/schema.ts'
import { forecastRings } from './forecast-rings.ts'
import { frozenPolicy } from './frozen-policy.ts'
import { listRingSummaries, type RingSummary } from './queries.ts'
import { type StateWords, stateSentence } from './state-sentence.ts'

/** A rollout as a list shows it. */
export interface RolloutListRow {
  id: string
  number: number
  title: string
  client: { id: string; name: string; timeZone: string }
  startedAt: Date
  startedBy: string
  isLab: boolean
  words: StateWords
  takenBack: number
  rings: (RingSummary & { soakShare: number })[]
}

/** Rollouts that fit `where`, newest first, `limit` at most. Reads counters only: its cost does not grow with the size of a ring. */
export async function findRolloutRows(
  tx: Tx,
  { where, limit, now }: { where: SQL | undefined; limit: number; now: Date },
): Promise<RolloutListRow[]> {
  const found = await tx
    .select({ rollout: rollouts, client: { id: clients.id, name: clients.name, timeZone: clients.timeZone } })
    .from(rollouts)
    .innerJoin(clients, and(eq(clients.mspId, rollouts.mspId), eq(clients.id, rollouts.clientId)))
    .where(where)
    .orderBy(desc(rollouts.startedAt), desc(rollouts.id))
    .limit(limit)
  const stateOf = new Map(found.map(({ rollout }) => [rollout.id, rollout.state]))
  const rings = Map.groupBy(await listRingSummaries(tx, stateOf), (ring) => ring.rolloutId)
  const takenBack = await countTakenBack(tx, [...stateOf.keys()])
  return found.map(({ rollout, client }) =>
    toRow(rollout, client, rings.get(rollout.id) ?? [], takenBack.get(rollout.id) ?? 0, now),
  )
}

async function countTakenBack(tx: Tx, ids: string[]): Promise<Map<string, number>> {
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

function toRow(
  rollout: typeof rollouts.$inferSelect,
  client: RolloutListRow['client'],
  rings: RingSummary[],
  takenBack: number,
  now: Date,
): RolloutListRow {
  const policy = frozenPolicy(rollout)
  const { id, number, title, startedAt, startedBy } = rollout
  const standing = rollout.isStopped ? (rollout.stoppedAt ?? now) : now
  const words = stateSentence({ ...rollout, rings, takenBack, zone: client.timeZone, now })
  return {
    ...{ id, number, title, startedAt, startedBy, client, takenBack, words, isLab: policy.isLab },
    rings: rings.map((ring) => ({ ...ring, soakShare: soakShare(ring, policy, client.timeZone, standing) })),
  }
}

/** How much of the soak of a ring has counted, 0 to 1. A soak that has not begun is not laid out in time: a page has many of them. */
export function soakShare(ring: RingSummary, policy: Policy, zone: string, now: Date): number {
  if (!ring.openedAt || !ring.soakStartedAt) return 0
  return countedShare(forecastRings([ring], policy, zone, now)[0]?.soakBlocks ?? [], now)
}

function countedShare(blocks: readonly { from: Date; to: Date }[], now: Date): number {
  let whole = 0
  let counted = 0
  for (const { from, to } of blocks) {
    whole += to.getTime() - from.getTime()
    counted += Math.max(0, Math.min(to.getTime(), now.getTime()) - from.getTime())
  }
  return whole === 0 ? 0 : counted / whole
}
