import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Context } from '../context.ts'
import { retireDevice } from '../devices/retire-device.ts'
import { liftHold } from '../holds/lift-hold.ts'
import { setHold } from '../holds/set-hold.ts'
import { savePolicy } from '../policies/save-policy.ts'
import { listProposals } from './queries.ts'
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

/**
 * The answers of ten acts that are under way together: none is written before each of the pool's ten connections holds one. The owner of the
 * tables keeps the log from them until then.
 */
async function allAtOnce<T>(acts: readonly (() => Promise<T>)[]): Promise<T[]> {
  const owner = postgres(world.door.database.ownerUrl, { max: 2, onnotice: () => {} })
  try {
    const { answers } = await owner.begin(async (tx) => {
      await tx`lock table audit_records in share row exclusive mode`
      const begun = Promise.all(acts.map((act) => act()))
      const waiting = () => owner`select distinct pid from pg_locks l join pg_stat_activity a using (pid)
        where not l.granted and a.datname = current_database()`
      await vi.waitFor(async () => expect(await waiting()).toHaveLength(acts.length), { timeout: 10_000 })
      return { answers: begun }
    })
    return await answers
  } finally {
    await owner.end()
  }
}

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

  describe('at once is no way around: the first is done, the rest wait', () => {
    const tenClients = async () => {
      const makeClient = () => world.door.factories.makeClient(world.mspId, { name: `At once ${randomUUID()}` })
      const more = await Promise.all(Array.from({ length: 8 }, makeClient))
      return [world.alder, world.birch, ...more].map(({ clientId }) => clientId)
    }

    test('approvals of a patch', async () => {
      const tom = await world.join('technician')
      const ids = await tenClients()
      const answers = await allAtOnce(ids.map((clientId) => () => alone(tom, clientId)))
      expect(answers.toSorted()).toEqual(['decided', ...Array(9).fill('proposed')])
    })

    test('looser rules', async () => {
      const approver = await world.join('approver')
      const looser = { basedOnVersion: 0, document: { cutOffMs: 0 }, reason: 'asked by the client' }
      const ids = await tenClients()
      const answers = await allAtOnce(ids.map((clientId) => () => kind(savePolicy(approver, { ...looser, clientId }))))
      expect(answers.toSorted()).toEqual([...Array(9).fill('proposed'), 'saved'])
    })
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

describe('one device after the other', () => {
  const enrol = async (client: ProposalWorld['alder']) =>
    (await world.enrol(client, `old-${randomUUID().slice(0, 8)}`)).deviceId
  const retire = (ctx: Context, deviceId: string) => retireDevice(ctx, { deviceId, reason: 'Scrapped' })

  test('is retired by one person, at whatever clients, until they are as many as want a second one', async () => {
    await world.asWeb(sql`update msps set second_person_devices = 2`)
    const tom = await world.join('technician')
    const first = await enrol(world.alder)
    expect(await retire(tom, first)).toEqual({ kind: 'retired' })
    expect(await kind(retire(tom, await enrol(world.birch)))).toBe('retired')
    const third = await enrol(world.birch)
    const asked = await retire(tom, third)
    if (asked.kind !== 'proposed') throw new Error('it was retired at once')
    expect(asked).toMatchObject({ devices: 1, clients: 1 })
    expect(await kind(retire(await world.join('technician'), await enrol(world.alder)))).toBe('retired')
    const standing = () =>
      world.door.factories.inMsp(
        world.mspId,
        (tx) => tx`select from devices where id = ${third} and retired_at is null`,
      )
    expect(await standing()).toHaveLength(1)
    await confirmShown(nora, { proposalId: asked.proposalId, devices: 1 })
    expect(await standing()).toHaveLength(0)
    // What a second person confirmed does not count, what was done alone does: for a day.
    const fourth = await enrol(world.alder)
    expect(await kind(retire(tom, fourth))).toBe('proposed')
    expect(await retire(later(tom, splitMs + 1_000), fourth)).toEqual({ kind: 'retired' })
    const [view] = (await listProposals(nora)).open.filter((one) => one.action === 'device:retire')
    expect(view?.may.confirm).toEqual({ can: false, reason: 'This device is retired.' })
    await world.asWeb(sql`update msps set second_person_devices = 50`)
  })

  test('at once they are no more', async () => {
    await world.asWeb(sql`update msps set second_person_devices = 2`)
    const tom = await world.join('technician')
    const ids: string[] = []
    for (let n = 0; n < 10; n++) ids.push(await enrol(n % 2 === 0 ? world.alder : world.birch))
    const answers = await allAtOnce(ids.map((deviceId) => () => kind(retire(tom, deviceId))))
    expect(answers.toSorted()).toEqual([...Array(8).fill('proposed'), 'retired', 'retired'])
    await world.asWeb(sql`update msps set second_person_devices = 50`)
  })
})
