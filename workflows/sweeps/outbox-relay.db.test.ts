import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { Factories } from '../../db/factories.ts'
import { closePools, connectPools } from '../../db/tenant.ts'
import { cloneDatabase, type TestDatabase } from '../../db/testing.ts'
import { createOutboxRelay, type OutboxRow } from './outbox-relay.ts'

let database: TestDatabase
let factories: Factories
let mspId: string
beforeAll(async () => {
  database = await cloneDatabase()
  factories = new Factories(database)
  connectPools({ tenant: database.urls.app_worker, across: database.urls.app_across })
})
afterAll(async () => {
  await factories?.close()
  await closePools()
  await database?.drop()
})
beforeEach(async () => {
  mspId = await factories.makeMsp()
  await factories.across`delete from outbox`
})

const start = Date.now()
const at = (ms: number) => new Date(start + ms)

/** Rows of a stream, named by their kind so that a test can follow them. */
async function put(stream: string, ...kinds: string[]): Promise<void> {
  for (const kind of kinds)
    await factories.inMsp(
      mspId,
      (tx) =>
        tx`insert into outbox (msp_id, stream, kind, payload, created_at) values (${mspId}, ${stream}, ${kind}, '{}', now())`,
    )
}
const unsent = async () =>
  (await factories.across`select kind from outbox where sent_at is null order by id`).map((row) => row.kind)

/** A Temporal that notes what it is sent; `stuck` streams neither answer nor refuse until the test says so. */
function fakeTemporal() {
  const asked: string[] = []
  const stuck = new Map<string, PromiseWithResolvers<void>>()
  const send = (row: OutboxRow): Promise<void> => {
    asked.push(row.kind)
    return stuck.get(row.stream)?.promise ?? Promise.resolve()
  }
  return {
    asked,
    send,
    stick(stream: string) {
      const answer = Promise.withResolvers<void>()
      // Refused before anybody asked is no fault of the test.
      answer.promise.catch(() => {})
      stuck.set(stream, answer)
      return { ...answer, free: () => stuck.delete(stream) }
    },
  }
}

test('sends in order within each stream, once, and says how many', async () => {
  const { asked, send } = fakeTemporal()
  const relay = createOutboxRelay(send)
  await put(randomUUID(), 'a1', 'a2', 'a3')
  expect(await relay(at(0))).toBe(3)
  expect(await relay(at(1))).toBe(0)
  expect(asked).toEqual(['a1', 'a2', 'a3'])
  expect(await unsent()).toEqual([])
})

test('a stream whose send hangs keeps nobody else waiting, and its own rows keep their order', async () => {
  const temporal = fakeTemporal()
  const relay = createOutboxRelay(temporal.send)
  const [hanging, other] = [randomUUID(), randomUUID()]
  const { resolve, free } = temporal.stick(hanging)
  await put(hanging, 'stuck', 'after it')
  await put(other, 'of another')
  expect(await relay(at(0))).toBe(1)
  await put(other, 'of another, later')
  expect(await relay(at(300))).toBe(1)
  expect(temporal.asked).toEqual(['stuck', 'of another', 'of another, later'])
  expect(await unsent()).toEqual(['stuck', 'after it'])
  free()
  resolve()
  await vi.waitFor(async () => expect(await unsent()).toEqual([]))
  expect(temporal.asked.slice(3)).toEqual(['after it'])
})

test('more rows than a round holds of a stream that fails leave room for the others', async () => {
  const temporal = fakeTemporal()
  const relay = createOutboxRelay(temporal.send)
  const [failing, other] = [randomUUID(), randomUUID()]
  temporal.stick(failing).reject(new Error('the deadline passed'))
  await factories.inMsp(
    mspId,
    (tx) => tx`insert into outbox (msp_id, stream, kind, payload, created_at)
      select ${mspId}, ${failing}, 'failing ' || n, '{}', now() from generate_series(1, 250) n`,
  )
  await put(other, 'of another')
  expect(await relay(at(0))).toBe(1)
  expect(temporal.asked).toEqual(['failing 1', 'of another'])
})

test('a send that fails says why and is tried again after a pause that grows', async () => {
  const temporal = fakeTemporal()
  const relay = createOutboxRelay(temporal.send)
  const failing = randomUUID()
  const { reject, free } = temporal.stick(failing)
  reject(new Error('the deadline passed'))
  await put(failing, 'first', 'second')
  // Sends take a moment, which is added to the pause: half a second of room on either side.
  const rounds = [0, 100, 1_000, 1_500, 2_500, 3_000, 5_000]
  for (const ms of rounds) await relay(at(ms))
  expect(temporal.asked).toEqual(['first', 'first', 'first', 'first'])
  const [row] =
    await factories.across`select attempts, last_error from outbox where sent_at is null order by id limit 1`
  expect(row).toEqual({ attempts: 4, last_error: 'the deadline passed' })
  free()
  expect(await relay(at(20_000))).toBe(2)
  expect(temporal.asked.slice(4)).toEqual(['first', 'second'])
})
