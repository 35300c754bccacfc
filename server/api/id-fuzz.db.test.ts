import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closePools } from '../../db/tenant.ts'
import { closeAuth } from '../auth/store.ts'
import { startTestDoor, type TestDoor } from '../device-api/testing.ts'
import { ask, findLeaks, hiddenFrom, procedures } from './isolation.ask.ts'
import { type Case, cases, furtherCases } from './isolation.cases.ts'
import { type IdPath, idPathsOf, placesOf, withIds } from './isolation.ids.ts'
import { type ClientIds, makeWorld, noVersions, type World } from './isolation.world.ts'

/** Cases with a foreign id; each is asked a second time with an id that never was. */
const runs = 10_000

let door: TestDoor
let world: World
/** Ids of real rows that a person may not see, of every table that has any. */
let strangers: Record<'technician' | 'owner', string[]>
beforeAll(async () => {
  door = await startTestDoor()
  world = await makeWorld(door)
  const ofForeign = await listIds(world.mspIds.foreign)
  strangers = {
    owner: ofForeign,
    technician: [...ofForeign, ...(await listIds(world.mspIds.own, world.second.clientId))],
  }
}, 60_000)
afterAll(async () => {
  await closePools()
  await closeAuth()
  await door?.stop()
})

/** What merely says where a page goes on, or whose lines of a log: it names no row, so nothing can be missing. */
const positions = [
  'apiKeys.list after',
  'audit.list actor',
  'devices.list after',
  'devices.list before',
  'enrolment.list after',
  'exceptions.list after',
  'holds.list after',
  'patches.devices cursor.deviceId',
  'reports.list after',
  'rollouts.devices cursor.id',
]
const isPosition = (procedure: string, path: IdPath) => positions.includes(`${procedure} ${path.join('.')}`)

/** Every id there is in rows of an MSP, or of one client of it. */
async function listIds(mspId: string, clientId?: string): Promise<string[]> {
  const columns = await door.database.owner<{ table: string; column: string; hasClient: boolean }[]>`
    select c.table_name as table, c.column_name as column, exists (select from information_schema.columns x
      where x.table_schema = 'public' and x.table_name = c.table_name and x.column_name = 'client_id') as "hasClient"
    from information_schema.columns c join information_schema.columns m on m.table_schema = c.table_schema and m.table_name = c.table_name
      and m.column_name = 'msp_id'
    where c.table_schema = 'public' and c.data_type = 'uuid' and c.column_name in ('id', 'user_id', 'order_id')`
  const found = new Set<string>(clientId ? [clientId] : [mspId])
  for (const { table, column, hasClient } of columns) {
    if (clientId && !hasClient) continue
    const rows = await door.factories.inMsp(mspId, async (tx) => {
      const [may] = await tx`select has_table_privilege(${table}, 'select') as may`
      return may?.may
        ? tx`select ${tx(column)} as id from ${tx(table)} where ${clientId ? tx`client_id = ${clientId}` : tx`true`} limit 20`
        : []
    })
    for (const row of rows) if (row.id) found.add(row.id)
  }
  return [...found]
}

const all = [...Object.entries(cases), ...Object.entries(furtherCases)].map(([name, each]) => ({
  procedure: name.split(' ')[0] ?? '',
  each,
}))

/** A case of a procedure, and the places of its input that hold an id of a row. */
function targetsOf({ procedure, each }: { procedure: string; each: Case }) {
  const input = each.input(world.first, noVersions)
  return idPathsOf(procedure)
    .filter((path) => !isPosition(procedure, path))
    .flatMap((path) => placesOf(input, path).map((place) => ({ path, place })))
}

test('each id that an input can hold is in some case', () => {
  const missing = procedures.flatMap(({ path: procedure }) => {
    const inputs = all
      .filter((one) => one.procedure === procedure)
      .map(({ each }) => each.input(world.first, noVersions))
    return idPathsOf(procedure)
      .filter((path) => !isPosition(procedure, path) && !inputs.some((input) => placesOf(input, path).length > 0))
      .map((path) => `${procedure} ${path.join('.')}`)
  })
  expect(missing).toEqual([])
  expect(all.flatMap(targetsOf).length).toBeGreaterThan(40)
})

test(`${runs} inputs with ids of others: not found, in the words for what never was, and no slower`, async () => {
  const targets = all.filter((one) => targetsOf(one).length > 0)
  const before = await door.factories.countRows(world.mspIds.own)
  /** For each procedure: how often the foreign one took longer than the one that never was. */
  const slower = new Map<string, { foreign: number; of: number }>()
  await fc.assert(
    fc.asyncProperty(
      fc.nat(targets.length - 1),
      fc.constantFrom('technician' as const, 'owner' as const),
      fc.array(fc.nat(1_000_000), { minLength: 60, maxLength: 60 }),
      fc.boolean(),
      async (place, who, numbers, isForeignFirst) => {
        let used = 0
        const next = (below: number) => (numbers[used++ % numbers.length] ?? 0) % below
        const target = targets[place]
        if (!target) throw new Error('no such case')
        const { procedure, each } = target
        // Who may not do it at all is told so before any id is looked at.
        if (each.answers?.[who] === 'FORBIDDEN') return
        const input = each.input(world.first, noVersions)
        const places = targetsOf(target)
        const always = next(places.length)
        const chosen = places.filter((_, index) => index === always || next(3) === 0)
        const foreignIds = chosen.map(({ path }) => pickId(who, path, next))
        const make = (ids: readonly string[]) =>
          withIds(
            input,
            chosen.map((one, index) => ({ place: one.place, id: ids[index] ?? randomUUID() })),
          )
        const ask_ = async (ids: readonly string[]) => {
          const began = performance.now()
          const reply = await ask(procedure, make(ids), world.people[who])
          return { reply, tookMs: performance.now() - began }
        }
        const unknownIds = chosen.map(() => randomUUID())
        const [one, two] = isForeignFirst
          ? [await ask_(foreignIds), await ask_(unknownIds)]
          : [await ask_(unknownIds), await ask_(foreignIds)]
        const [foreign, unknown] = isForeignFirst ? [one, two] : [two, one]
        const said = `${who} ${procedure} ${JSON.stringify(make(foreignIds))}`
        expect(foreign.reply.code, said).toBe('NOT_FOUND')
        expect(foreign.reply.text, said).toBe(unknown.reply.text)
        expect(findLeaks(world, hiddenFrom[who], foreign.reply.text), said).toEqual([])
        const count = slower.get(procedure) ?? { foreign: 0, of: 0 }
        slower.set(procedure, { foreign: count.foreign + Number(foreign.tookMs > unknown.tookMs), of: count.of + 1 })
      },
    ),
    { numRuns: runs },
  )
  // Six standard deviations of a fair coin: another query, or another lock, would be slower nearly always.
  const telling = [...slower].filter(([, { foreign, of }]) => Math.abs(foreign / of - 0.5) > 3 / Math.sqrt(of))
  expect(telling).toEqual([])
  const after = await door.factories.countRows(world.mspIds.own)
  expect(after).toEqual(before)
}, 300_000)

const kinds: Record<string, keyof ClientIds> = {
  client: 'clientId',
  clients: 'clientId',
  patchIds: 'patchId',
}

/** Mostly an id of the right kind, sometimes any id that belongs to others. */
function pickId(who: 'technician' | 'owner', path: IdPath, next: (below: number) => number): string {
  const name = path.findLast((key) => key !== '*') ?? ''
  // A name that is no key of `ClientIds` gives nothing below.
  const key = (kinds[name] ?? name) as keyof ClientIds
  const owners = who === 'owner' ? [world.foreign] : [world.foreign, world.second]
  const right = owners[next(owners.length)]?.[key]
  const other = strangers[who][next(strangers[who].length)] ?? randomUUID()
  return right !== undefined && next(10) < 7 ? right : other
}
