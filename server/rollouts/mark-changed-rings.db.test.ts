import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type { TransactionSql } from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inHours } from '../../db/factories.ts'
import { jobContext } from '../auth/job-context.ts'
import { judgeRing } from './judge-ring.ts'
import { markChangedRings } from './mark-changed-rings.ts'
import { takeBackLate } from './take-back-late.ts'
import { plainPolicy, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
let owner: { mspId: string; clientId: string }
let patchIds: string[]
const refs = ['lab-svc=2.0', 'lab-lib=2.0']
beforeAll(async () => {
  world = await startRolloutWorld()
  const { client } = await world.makeFleet({ hosts: ['test-1'], refs })
  owner = client
  patchIds = await Promise.all(
    refs.map((ref) => world.door.factories.findPatch(client.mspId, ref.split('=')[0] ?? '', '2.0')),
  )
})
afterAll(() => world?.stop())

const now = new Date()
const job = () => jobContext(owner.mspId, 'rollout', now)
const inMsp = <T>(work: Parameters<typeof world.door.factories.inMsp<T>>[1]) =>
  world.door.factories.inMsp(owner.mspId, work)

/** One gate as it may stand when something moves: counters, times and flags that the others need not fit. */
const seldom = fc.nat(9).map((one) => one === 0)
const aGate = fc.record({
  due: fc.integer({ min: 1, max: 14 }),
  proved: fc.nat(2),
  failed: seldom.map(Number),
  provedNeeded: fc.integer({ min: 1, max: 2 }),
  failureLimit: fc.integer({ min: 0, max: 2 }),
  soak: fc.constantFrom('none' as const, 'running' as const, 'over' as const),
  /** One proved device, heard from after the soak; else it is not one of those that count at its end. */
  isHeard: fc.boolean(),
  isConfirmed: seldom,
  isStopped: seldom,
})
/** What happens between two looks of the workflow, as reports, people and holds write it. */
const kinds = ['proof', 'failure', 'lost proof', 'nobody left', 'yes', 'promote', 'hold', 'heard'] as const
const aChange = fc.record({
  // Proofs that come and go are most of what happens.
  kind: fc.oneof(fc.constantFrom('proof' as const, 'lost proof' as const), fc.constantFrom(...kinds)),
  /** Mostly in the ring at work. */
  isElsewhere: seldom,
  patch: fc.constantFrom(0, 1),
})
const aPair = fc.tuple(aGate, aGate)
const aStory = fc.record({
  /** The ring at work; one before it is closed, one after it waits. */
  open: fc.constantFrom(0, 1),
  /** Of the first ring, of the second; one or two patches. */
  gates: fc.oneof({ weight: 3, arbitrary: fc.tuple(aPair) }, fc.tuple(aPair, aPair)),
  decided: fc.constantFrom('pass', 'fail', 'skipped'),
  isPaused: seldom,
  isPromoted: seldom,
  deadline: fc.constantFrom(24, -1, -30 * 24),
  onNotEnough: fc.constantFrom('ask' as const, 'soak-longer' as const),
  needsPerson: fc.boolean(),
  changes: fc.oneof({ weight: 3, arbitrary: fc.tuple(aChange) }, fc.array(aChange, { maxLength: 3 })),
})
type Arbitrary<T> = T extends fc.Arbitrary<infer Value> ? Value : never
type Story = Arbitrary<typeof aStory>
type Change = Arbitrary<typeof aChange>

const soaks = { none: [null, null], running: [inHours(-1), inHours(1)], over: [inHours(-2), inHours(-1)] } as const

async function writeStory(story: Story): Promise<string> {
  const rolloutId = randomUUID()
  const policy = {
    ...plainPolicy,
    gate: { ...plainPolicy.gate, onNotEnough: story.onNotEnough, smallRingNeedsPerson: story.needsPerson },
  }
  await inMsp(async (tx) => {
    // The story before is over: what it held and left belongs to no other.
    await tx`update holds set lifted_at = now() where lifted_at is null`
    await tx`update rollouts set state = 'aborted' where state = 'running'`
    await tx`insert into rollouts (msp_id, client_id, id, number, title, policy_version, policy, state, started_by, started_at, is_stopped, stopped_at)
      select ${owner.mspId}, ${owner.clientId}, ${rolloutId}, coalesce(max(number), 0) + 1, 'A story', 'v1', ${tx.json(policy)}, 'running', 'A test', now(),
        ${story.isPaused}, ${story.isPaused ? now : null} from rollouts`
    for (const position of [0, 1]) {
      const state = position === story.open ? 'open' : position < story.open ? 'closed' : 'waiting'
      await tx`insert into rollout_rings (msp_id, client_id, rollout_id, position, name, device_count, state, not_before, opened_at, deadline_at, is_promoted)
        values (${owner.mspId}, ${owner.clientId}, ${rolloutId}, ${position}, ${`Ring ${position}`}, 1, ${state}, now(),
          ${state === 'waiting' ? null : now}, ${inHours(story.deadline)}, ${state === 'open' && story.isPromoted})`
      for (const [index, pair] of story.gates.entries()) {
        const gate = pair[position === 0 ? 0 : 1]
        const [soakStartedAt, soakEndsAt] = soaks[gate.soak]
        const verdict = state === 'open' ? 'collecting' : state === 'closed' ? story.decided : 'waiting'
        await tx`insert into ring_patches (msp_id, client_id, rollout_id, position, patch_id, due, proved, failed, proved_needed, failure_limit,
            verdict, soak_started_at, soak_ends_at, is_confirmed, is_stopped)
          values (${owner.mspId}, ${owner.clientId}, ${rolloutId}, ${position}, ${patchIds[index] ?? ''}, ${gate.due}, ${gate.proved}, ${gate.failed},
            ${gate.provedNeeded}, ${gate.failureLimit}, ${verdict}, ${soakStartedAt}, ${soakEndsAt}, ${gate.isConfirmed}, ${gate.isStopped})`
        await tx`insert into plan_items (msp_id, client_id, rollout_id, device_id, patch_id, position, package_name, set_key, to_version,
            architecture, undo_class, state, is_claimed, state_at)
          select msp_id, client_id, ${rolloutId}, device_id, patch_id, ${position}, 'a package', set_key, '2.0', 'amd64', 'kept',
            ${gate.isHeard ? 'proved' : 'installing'}, false, now() from device_patches
          where patch_id = ${patchIds[index] ?? ''} and ${position} = ${story.open}::int`
      }
    }
  })
  return rolloutId
}

/** As the door's functions, `confirmGate`, `promoteRing` and `setHold` write it; the ring is dirty afterwards. */
async function happen(tx: TransactionSql, rolloutId: string, { kind, isElsewhere, patch }: Change, story: Story) {
  const { open } = story
  const ring = isElsewhere ? 1 - open : open
  const patchId = patchIds[patch % story.gates.length] ?? ''
  const gate = tx`rollout_id = ${rolloutId} and position = ${ring} and patch_id = ${patchId}`
  // Nobody marks the ring for this: the evaluator looks by itself.
  if (kind === 'heard') return tx`update plan_items set state = 'proved' where ${gate}`
  if (kind === 'proof') await tx`update ring_patches set proved = proved + 1 where ${gate}`
  if (kind === 'lost proof' || kind === 'failure') {
    const lost = kind === 'failure' ? 0 : 1
    await tx`update ring_patches set failed = failed + 1, proved = greatest(0, proved - ${lost}::int) where ${gate}`
    await tx`update ring_patches p set is_stopped = true where p.rollout_id = ${rolloutId} and p.patch_id = ${patchId}
      and exists (select from ring_patches q where q.rollout_id = p.rollout_id and q.position = ${ring} and q.patch_id = p.patch_id
        and q.failed > q.failure_limit)`
  }
  if (kind === 'nobody left')
    await tx`update ring_patches set verdict = 'skipped' where ${gate} and verdict not in ('pass', 'fail', 'skipped')`
  if (kind === 'yes') await tx`update ring_patches set is_confirmed = true where ${gate} and verdict = 'asking'`
  if (kind === 'promote')
    await tx`update rollout_rings set is_promoted = true where rollout_id = ${rolloutId} and position = ${open} and state = 'open'`
  if (kind === 'hold')
    await tx`update ring_patches set is_stopped = true where rollout_id = ${rolloutId} and patch_id = ${patchId}`
  const touched = kind === 'promote' || kind === 'hold' ? open : ring
  await tx`update rollout_rings set is_dirty = true where rollout_id = ${rolloutId} and position = ${touched}`
}

const standing = (tx: TransactionSql, rolloutId: string) =>
  tx<
    { roll_back_at: Date | null }[]
  >`select position, patch_id, verdict, soak_started_at, p.is_stopped, roll_back_at, r.state as ring
    from ring_patches p join rollout_rings r using (rollout_id, position) where rollout_id = ${rolloutId} order by 1, 2`

test('when the evaluator is silent, judging again would change nothing; and nothing that failed is left in place', async () => {
  const counts = { silent: 0, signalled: 0 }
  await fc.assert(
    fc.asyncProperty(aStory, async (story) => {
      const rolloutId = await writeStory(story)
      const look = () => judgeRing(job(), { rolloutId, position: story.open })
      await look()
      const before = await inMsp(async (tx) => {
        for (const change of story.changes) await happen(tx, rolloutId, change, story)
        return [...(await standing(tx, rolloutId))]
      })
      await markChangedRings(now)
      const [sent] = await world.door.factories.across`select from outbox where stream = ${rolloutId}`
      counts[sent ? 'signalled' : 'silent'] += 1
      const late = sent ? 0 : await takeBackLate(job)
      await look()
      const after = await inMsp(async (tx) => [...(await standing(tx, rolloutId))])
      if (!sent && late === 0) expect(after).toEqual(before)
      const [left] = await inMsp(
        (tx) => tx`select position, patch_id from ring_patches where rollout_id = ${rolloutId}
          and failed > failure_limit and roll_back_at is null`,
      )
      expect(left).toBeUndefined()
    }),
    { numRuns: 150 },
  )
  expect(Math.min(counts.silent, counts.signalled), 'both happen often enough to tell').toBeGreaterThan(10)
}, 120_000)
