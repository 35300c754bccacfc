import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../context.ts'
import { liftHold } from '../holds/lift-hold.ts'
import { setHold } from '../holds/set-hold.ts'
import { confirmShown, later, type ProposalWorld, startProposalWorld } from './testing.ts'
import { splitMs } from './widen-reach.ts'

let world: ProposalWorld
let nora: Context
beforeAll(async () => {
  world = await startProposalWorld()
  nora = await world.join('owner')
})
afterAll(() => world.stop())

const kind = async (answer: Promise<{ kind: string }>) => (await answer).kind

/** A patch that one device of Alder lacks, and nobody else. */
async function onlyAtAlder(): Promise<string> {
  const name = `tool-${randomUUID().slice(0, 8)}`
  await world.lacks(await world.enrol(world.alder, `at-${name}`), `${name}=1.0`)
  return world.door.factories.findPatch(world.mspId, name, '1.0')
}

describe('what an act names counts, not only who lacks it now', () => {
  test('all clients', async () => {
    const patchId = await onlyAtAlder()
    const tom = await world.join('technician')
    expect(await kind(world.approve(tom, 'all', patchId))).toBe('proposed')
  })

  test('two clients by name; one of them alone is decided', async () => {
    const patchId = await onlyAtAlder()
    expect(await kind(world.approve(await world.join('technician'), world.both, patchId))).toBe('proposed')
    expect(await kind(world.approve(await world.join('technician'), [world.alder.clientId], patchId))).toBe('decided')
  })

  test('a program does not approve for all', async () => {
    const patchId = await onlyAtAlder()
    const { actor, ...tom } = await world.join('technician')
    if (actor.kind !== 'person') throw new Error('not a person')
    const key = {
      ...tom,
      actor: { kind: 'api-key' as const, keyId: randomUUID(), userId: actor.userId, name: 'A key' },
    }
    await expect(world.approve(key, 'all', patchId)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('one client after the other', () => {
  const alone = (ctx: Context, clientId: string) => kind(world.approve(ctx, [clientId]))

  test('is many clients, for a day; the same client again is one', async () => {
    const tom = await world.join('technician')
    expect(await alone(tom, world.alder.clientId)).toBe('decided')
    expect(await alone(tom, world.alder.clientId)).toBe('decided')
    expect(await alone(tom, world.birch.clientId)).toBe('proposed')
    expect(await alone(later(tom, splitMs + 1_000), world.birch.clientId)).toBe('decided')
  })

  test('counts for each person, and not what a second one confirmed', async () => {
    const [tom, tess] = [await world.join('technician'), await world.join('technician')]
    expect(await alone(tom, world.alder.clientId)).toBe('decided')
    expect(await alone(tess, world.birch.clientId)).toBe('decided')
    const approver = await world.join('approver')
    const proposalId = await world.propose(await world.join('technician'))
    await confirmShown(approver, { proposalId, devices: 2 })
    expect(await alone(approver, world.alder.clientId)).toBe('decided')
  })

  test('holds are lifted so too', async () => {
    const tom = await world.join('technician')
    for (const [clientId, done] of [
      [world.alder.clientId, 'lifted'],
      [world.birch.clientId, 'proposed'],
    ] as const) {
      await setHold(nora, { patchId: world.patchId, clients: [clientId], reason: 'breaks' })
      const [hold] = await world.door.factories.inMsp(
        world.mspId,
        (tx) => tx<{ id: string }[]>`select id from holds where client_id = ${clientId} and lifted_at is null`,
      )
      expect(await kind(liftHold(tom, { holdId: hold?.id ?? '', reason: 'it does not' }))).toBe(done)
    }
  })
})
