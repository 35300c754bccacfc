import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm'
import { ringPatches, rolloutRings } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import { type RingPhase, ringPhase } from './ring-phase.ts'

/** A ring with its gates counted: all that strips, lanes and sentences need. Counters only, whatever the size of the ring. */
export interface RingSummary {
  rolloutId: string
  position: number
  name: string
  deviceCount: number
  state: 'waiting' | 'open' | 'closed' | 'left-out'
  phase: RingPhase
  concurrency: number | null
  notBefore: Date
  openedAt: Date | null
  closedAt: Date | null
  deadlineAt: Date | null
  isPromoted: boolean
  gates: { asking: number; soaking: number; collecting: number; passed: number; failed: number }
  /** Over all gates of the ring: devices due, proved, failed. */
  due: number
  proved: number
  failed: number
  soakStartedAt: Date | null
  /** The last soak that is still counting; null when none is. */
  soakEndsAt: Date | null
  /** The last pass or fail. */
  decidedAt: Date | null
  /** Since when a gate asks a person. */
  askingSince: Date | null
  takenBack: number
}

const verdicts = (...names: (typeof ringPatches.$inferSelect)['verdict'][]) =>
  sql<number>`(count(*) filter (where ${inArray(ringPatches.verdict, names)}))::int`

/** Asks, and nobody has answered yet. */
const isAsking = sql`${ringPatches.verdict} = 'asking' and not ${ringPatches.isConfirmed} and ${ringPatches.rollBackAt} is null`

/** The rings of these rollouts in order. `stateOf` says how each rollout stands. */
export async function listRingSummaries(
  tx: Tx,
  stateOf: ReadonlyMap<string, 'running' | 'finished' | 'aborted'>,
): Promise<RingSummary[]> {
  if (stateOf.size === 0) return []
  const rows = await tx
    .select({
      ring: rolloutRings,
      asking: sql<number>`(count(*) filter (where ${isAsking}))::int`,
      soaking: verdicts('soaking'),
      // What was answered counts as under way until the ring is judged again.
      collecting: sql<number>`(count(*) filter (where ${ringPatches.verdict} in ('collecting', 'waiting')
        or (${ringPatches.verdict} = 'asking' and not (${isAsking}))))::int`,
      passed: verdicts('pass'),
      failedGates: verdicts('fail'),
      due: sql<number>`coalesce(sum(${ringPatches.due}), 0)::int`,
      proved: sql<number>`coalesce(sum(${ringPatches.proved}), 0)::int`,
      failed: sql<number>`coalesce(sum(${ringPatches.failed}), 0)::int`,
      soakStartedAt: sql`min(${ringPatches.soakStartedAt})`.mapWith(ringPatches.soakStartedAt),
      soakEndsAt: sql`max(${ringPatches.soakEndsAt}) filter (where ${ringPatches.verdict} = 'soaking')`.mapWith(
        ringPatches.soakEndsAt,
      ),
      decidedAt: sql`max(${ringPatches.verdictAt}) filter (where ${ringPatches.verdict} in ('pass', 'fail'))`.mapWith(
        ringPatches.verdictAt,
      ),
      askingSince: sql`min(${ringPatches.verdictAt}) filter (where ${isAsking})`.mapWith(ringPatches.verdictAt),
      takenBack: sql<number>`(count(*) filter (where ${ringPatches.rollBackAt} is not null))::int`,
    })
    .from(rolloutRings)
    .leftJoin(
      ringPatches,
      and(
        eq(ringPatches.mspId, rolloutRings.mspId),
        eq(ringPatches.rolloutId, rolloutRings.rolloutId),
        eq(ringPatches.position, rolloutRings.position),
        gt(ringPatches.due, 0),
      ),
    )
    .where(inArray(rolloutRings.rolloutId, [...stateOf.keys()]))
    .groupBy(rolloutRings.mspId, rolloutRings.rolloutId, rolloutRings.position)
    .orderBy(asc(rolloutRings.rolloutId), asc(rolloutRings.position))
  return rows.map(({ ring, asking, soaking, collecting, passed, failedGates, ...sums }) => {
    const gates = { asking, soaking, collecting, passed, failed: failedGates }
    const phase = ringPhase({ state: ring.state, gates }, stateOf.get(ring.rolloutId) ?? 'running')
    const { rolloutId, position, name, deviceCount, state, concurrency } = ring
    const { notBefore, openedAt, closedAt, deadlineAt, isPromoted } = ring
    const own = { rolloutId, position, name, deviceCount, state, concurrency }
    return { ...own, notBefore, openedAt, closedAt, deadlineAt, isPromoted, phase, gates, ...sums }
  })
}
