import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { jobContext } from '../auth/job-context.ts'
import type { Policy } from '../policies/schema.ts'
import { type PlanTurn, planDueRollouts } from './plan-due-rollouts.ts'
import { plainPolicy, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())
let mspId: string
beforeEach(async () => {
  mspId = await world.door.factories.makeMsp()
})

const atOnce: Policy = { ...plainPolicy, startRule: { kind: 'at-once', settleMs: 0 } }
const soon = () => new Date(Date.now() + 60_000)
const startedFor = async ({ clientId }: ClientRef) =>
  (await world.door.factories.inMsp(mspId, (tx) => tx`select 1 from rollouts where client_id = ${clientId}`)).length
/** All rounds until each client had its turn; those that were told as failed. */
async function planAll(contextOf = (id: string) => jobContext(id, 'planner', soon())) {
  const failed: PlanTurn[] = []
  let after: PlanTurn | null = null
  do {
    const round = await planDueRollouts({ at: soon(), after, contextOf, onFailure: (client) => failed.push(client) })
    after = round.next
  } while (after !== null)
  return failed
}
const makeFleet = (policy: Policy, clientName?: string) =>
  world.makeFleet({ hosts: ['test-1'], policy, mspId, ...(clientName ? { clientName } : {}) })

describe('the planner', () => {
  test('starts what is approved and unclaimed, once', async () => {
    const { client } = await makeFleet(atOnce)
    await planAll()
    await planAll()
    expect(await startedFor(client)).toBe(1)
  })
  test('comes to the client behind any number of others that wait for a person', async () => {
    // Approved, and without a test device: these wait as long as nobody chooses one.
    const stuck = { policy: atOnce, mspId, hosts: ['pc-1'] }
    for (const clientName of ['One', 'Two', 'Three']) await world.makeFleet({ ...stuck, clientName })
    const { client } = await makeFleet(atOnce, 'Last')
    const round = {
      at: soon(),
      roundClients: 2,
      contextOf: () => jobContext(mspId, 'planner', soon()),
      onFailure: () => {},
    }
    const turns: PlanTurn[] = []
    let after: PlanTurn | null = { mspId, clientId: '00000000-0000-0000-0000-000000000000' }
    while (after?.mspId === mspId) {
      after = (await planDueRollouts({ ...round, after })).next
      if (after) turns.push(after)
    }
    expect(turns.length).toBeGreaterThan(1)
    expect(await startedFor(client)).toBe(1)
  })
  test('passes over who starts by hand, whose patches nobody approves, and what was rejected', async () => {
    const seen: string[] = []
    const waiting: string[] = []
    const contextOf = (id: string) => {
      seen.push(id)
      return jobContext(id, 'planner', soon())
    }
    const policies: Policy[] = [
      { ...atOnce, startRule: { kind: 'by-hand' } },
      { ...atOnce, approvalRules: [] },
      { ...atOnce, approvalRules: atOnce.approvalRules.map((rule) => ({ ...rule, effect: 'ask' as const })) },
      {
        ...atOnce,
        approvalRules: atOnce.approvalRules.map((rule) => ({ ...rule, classifications: ['driver' as const] })),
      },
    ]
    for (const policy of policies) {
      mspId = await world.door.factories.makeMsp()
      waiting.push(mspId)
      await makeFleet(policy)
    }
    const rejecting = await world.door.factories.makeMsp()
    waiting.push(rejecting)
    mspId = rejecting
    const { client } = await makeFleet(atOnce)
    const patchId = await world.door.factories.findPatch(rejecting, 'lab-svc', '2.0')
    await world.door.factories.inMsp(
      rejecting,
      (tx) => tx`insert into decisions (msp_id, client_id, patch_id, kind, reason, decided_by, decided_at)
        values (${rejecting}, ${client.clientId}, ${patchId}, 'reject', 'why not', 'Nora', now())`,
    )
    await planAll(contextOf)
    expect(seen.filter((id) => waiting.includes(id))).toEqual([])
    await world.door.factories.inMsp(rejecting, (tx) => tx`update decisions set withdrawn_at = now()`)
    await planAll(contextOf)
    expect(await startedFor(client)).toBe(1)
  })
  test('starts a patch that no rule approves once a person has', async () => {
    const { client } = await makeFleet({ ...atOnce, approvalRules: [] })
    const patchId = await world.door.factories.findPatch(mspId, 'lab-svc', '2.0')
    await planAll()
    expect(await startedFor(client)).toBe(0)
    await world.door.factories.inMsp(
      mspId,
      (tx) => tx`insert into decisions (msp_id, patch_id, kind, reason, decided_by, decided_at)
        values (${mspId}, ${patchId}, 'approve', '', 'Nora', now())`,
    )
    await planAll()
    expect(await startedFor(client)).toBe(1)
  })
  test('goes on after a client it cannot plan, and says which', async () => {
    const broken = await makeFleet(atOnce, 'Broken')
    const sound = await makeFleet(atOnce, 'Sound')
    await world.door.factories.inMsp(
      mspId,
      (tx) => tx`insert into policies (msp_id, client_id, version, document, created_by, created_at)
        values (${mspId}, ${broken.client.clientId}, 1, '{"dueDays": "soon"}', 'A test', now())`,
    )
    const failed = await planAll()
    expect(failed).toContainEqual({ mspId, clientId: broken.client.clientId })
    expect([await startedFor(broken.client), await startedFor(sound.client)]).toEqual([0, 1])
  })
})
