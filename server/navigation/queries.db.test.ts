import { afterAll, beforeAll, expect, test } from 'vitest'
import { getOverview } from '../overview/get-overview.ts'
import { personContext, plainPolicy, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { countNeeds } from './queries.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

test('counts what the overview lists, of the clients one sees', async () => {
  const policy = { ...plainPolicy, approvalRules: [] }
  // Something wants an approval; at one of the two clients no device is a test device besides.
  const { client } = await world.makeFleet({ hosts: ['test-1'], policy })
  const { mspId } = client
  const other = await world.makeFleet({ hosts: ['prod-1'], policy, mspId })
  const people = [{}, { clients: [client.clientId] }, { clients: [other.client.clientId] }, { clients: [] }]
  const counts: number[] = []
  for (const who of people) {
    const ctx = personContext(mspId, who)
    counts.push(await countNeeds(ctx))
    expect(counts.at(-1), JSON.stringify(who)).toBe((await getOverview(ctx)).needs.length)
  }
  expect(counts).toEqual([2, 1, 2, 0])
})
