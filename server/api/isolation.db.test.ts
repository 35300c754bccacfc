import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closePools } from '../../db/tenant.ts'
import { closeAuth } from '../auth/store.ts'
import { startTestDoor, type TestDoor } from '../device-api/testing.ts'
import { openMailbox } from '../members/testing.ts'
import { roles } from '../permissions.ts'
import { ask, findLeaks, hiddenFrom, idsUsed, procedures, type Reply } from './isolation.ask.ts'
import { type Answer, type Case, cases, furtherCases } from './isolation.cases.ts'
import { type ClientIds, makeWorld, noVersions, type World } from './isolation.world.ts'

let door: TestDoor
let world: World
let random: ClientIds
let mailbox: Awaited<ReturnType<typeof openMailbox>>
beforeAll(async () => {
  door = await startTestDoor()
  mailbox = await openMailbox()
  world = await makeWorld(door)
  random = { ...world.first }
  for (const key of Object.keys(random)) Object.assign(random, { [key]: randomUUID() })
})
afterAll(async () => {
  await closePools()
  await closeAuth()
  await door?.stop()
  await mailbox?.close()
})

const isVerb = new Map(procedures.map((each) => [each.path, each.isVerb]))
const all = [...Object.entries(cases), ...Object.entries(furtherCases)].map(([name, each]) => ({
  name,
  path: name.split(' ')[0] ?? '',
  each,
}))
const ofThings = all.filter(({ each }) => !each.isList)
const ofAll = all.filter(({ each }) => each.isList)

test('every procedure has a case, and every case a procedure', () => {
  const paths = procedures.map((each) => each.path).sort()
  expect(Object.keys(cases).sort()).toEqual(paths)
  expect(all.map(({ path }) => path).filter((path) => !paths.includes(path))).toEqual([])
})

// First, while nobody has changed anything.
test('counts are those of the clients one sees', async () => {
  const count = async (who: 'owner' | 'technician' | 'otherClient') => {
    const { text } = await ask('session.counts', undefined, world.people[who])
    return JSON.parse(text).result.data.json
  }
  expect(await count('owner')).toMatchObject({ clients: 2, devices: 3, patches: 4 })
  expect(await count('technician')).toMatchObject({ clients: 1, devices: 2, patches: 2 })
  expect(await count('otherClient')).toMatchObject({ clients: 1, devices: 1, patches: 2, rollouts: 1, holds: 1 })
})

describe('people who may not come in', () => {
  test.each(all)('$name: nobody signed in', async ({ path, each }) => {
    const reply = await ask(path, each.input(world.first, noVersions), null, world.people.owner.slug)
    expect(reply).toMatchObject({ code: 'UNAUTHORIZED', message: 'Sign in to go on.' })
  })

  test.each(all)('$name: the owner of another MSP, at this MSP', async ({ path, each }) => {
    const input = each.input(world.first, noVersions)
    const reply = await ask(path, input, world.people.otherMsp, world.people.owner.slug)
    expect(reply).toMatchObject({ code: 'NOT_FOUND', message: 'This page was not found' })
    expect(reply.text).toBe((await ask(path, input, world.people.otherMsp, 'no-such-msp')).text)
  })
})

describe('things of others', () => {
  let before: Record<string, number>
  beforeAll(async () => {
    before = await ownRows()
  })

  test.each(ofThings)('$name: from another MSP, not found, in the words for what never was', async ({ path, each }) => {
    const { otherMsp } = world.people
    const reply = await ask(path, each.input(world.first, noVersions), otherMsp)
    // Who has no right to the verb at all hears that, and nothing about the thing.
    expect(reply.code).toBe(each.answers?.otherMsp ?? 'NOT_FOUND')
    expect(reply.text).toBe((await ask(path, each.input(random, noVersions), otherMsp)).text)
  })

  test.each(ofThings)(
    '$name: of another client, not found, in the words for what never was',
    async ({ path, each }) => {
      const { otherClient } = world.people
      const reply = await ask(path, each.input(world.first, noVersions), otherClient)
      // Who has no right to the verb at all hears that, and nothing about the thing.
      expect(reply.code).toBe(each.answers?.otherClient ?? 'NOT_FOUND')
      expect(reply.text).toBe((await ask(path, each.input(random, noVersions), otherClient)).text)
    },
  )

  test('left no trace', async () => {
    expect(await ownRows()).toEqual(before)
  })

  // Each id apart: a verb that checks the one and forgets the other is found here.
  test.each(ofThings)('$name: one foreign id among own ones is like one that never was', async ({ path, each }) => {
    for (const key of idsUsed(each.input, world.first)) {
      for (const [who, other] of [
        ['technician', world.second],
        ['owner', world.foreign],
      ] as const) {
        const caller = world.people[who]
        const reply = await ask(path, each.input({ ...world.first, [key]: other[key] }, noVersions), caller)
        const unknown = await ask(path, each.input({ ...world.first, [key]: random[key] }, noVersions), caller)
        expect(findLeaks(world, hiddenFrom[who], reply.text), `${who} ${key}`).toEqual([])
        expect([reply.code, reply.message], `${who} ${key}`).toEqual([unknown.code, unknown.message])
      }
    }
  })

  async function ownRows(): Promise<Record<string, number>> {
    const rows = await door.factories.countRows(world.mspIds.own)
    // Attempts without the right are written down, and nothing else is.
    const [done] = await door.factories.inMsp(
      world.mspIds.own,
      (tx) => tx<{ rows: number }[]>`select count(*)::int as rows from audit_records where outcome = 'done'`,
    )
    const kept = Object.entries(rows).filter(([table]) => !table.startsWith('all ') && table !== 'audit_unsealed')
    return { ...Object.fromEntries(kept), audit_records: done?.rows ?? 0 }
  }
})

describe('what each person gets', () => {
  test.each(ofAll)('$name: a technician of another client and the other MSP get only their own', async (found) => {
    for (const who of ['otherClient', 'otherMsp'] as const) {
      const ids = who === 'otherMsp' ? world.foreign : world.second
      const reply = await ask(found.path, found.each.input(ids, noVersions), world.people[who])
      expectAnswer(reply, found.each.answers?.[who] ?? usual(found.path, who))
      expect(findLeaks(world, hiddenFrom[who], reply.text)).toEqual([])
    }
  })
})

/** Who gets in, by role: changed by hand when it changes on purpose, so that somebody reads the difference. */
const golden = new Map(
  readFileSync(new URL('./isolation.golden.txt', import.meta.url), 'utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...answers] = line.split(/\s{2,}/)
      return [name, answers] as const
    }),
)
const columns = ['owner', 'admin', 'approver', 'technician', 'billing', 'readOnly', 'clientManager'] as const

describe('every role at every procedure', () => {
  test('the golden table has a column for each role and a line for each procedure', () => {
    const [head = ''] = readFileSync(new URL('./isolation.golden.txt', import.meta.url), 'utf8').split('\n')
    expect(head.trim().split(/\s+/)).toEqual(roles)
    expect([...golden.keys()].sort()).toEqual(all.map(({ name }) => name).sort())
  })

  test('the table follows the rule that cases are written by', () => {
    for (const { name, path, each } of all)
      for (const who of ['owner', 'technician', 'readOnly'] as const)
        expect([name, who, golden.get(name)?.[columns.indexOf(who)]]).toEqual([
          name,
          who,
          each.answers?.[who] ?? usual(path, who),
        ])
  })

  test('a client manager gets the portal and nothing else, and nobody else gets the portal', () => {
    const column = columns.indexOf('clientManager')
    for (const [name, answers] of golden)
      expect([name, answers[column]]).toEqual([name, name.startsWith('portal.') ? 'ok' : 'FORBIDDEN'])
    for (const name of ['portal.get', 'portal.report'])
      expect(golden.get(name)?.filter((answer) => answer === 'ok')).toHaveLength(1)
  })

  describe.each(columns)('as %s', (who) => {
    test.each(all)('$name', async ({ name, path, each }) => {
      const ids = isVerb.get(path) ? await world.renew(each.state) : world.first
      const reply = await ask(path, each.input(ids, await world.findVersions()), world.people[who])
      // What is archived is not there for what comes after it.
      if (isVerb.get(path) && path.startsWith('clients.')) await world.renew()
      expectAnswer(reply, golden.get(name)?.[columns.indexOf(who)])
      expect(findLeaks(world, hiddenFrom[who], reply.text)).toEqual([])
    })
  })
})

function usual(path: string, who: keyof NonNullable<Case['answers']>): Answer {
  if (!isVerb.get(path)) return 'ok'
  return who === 'readOnly' ? 'FORBIDDEN' : 'ok'
}

function expectAnswer(reply: Reply, expected: string | undefined): void {
  expect(reply.code, reply.text.slice(0, 300)).toBe(expected)
}
