import { sql } from 'drizzle-orm'
import type { Sql } from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Factories } from './factories.ts'
import { clients } from './schema/tenancy.ts'
import { type ClientId, closePools, connectPools, inTenant, type MspId, type TenantScope, type Tx } from './tenant.ts'
import { cloneDatabase, type TestDatabase } from './testing.ts'

const requests = 2_000
const connections = 2
const clientsEach = 5

interface Side {
  scope: TenantScope
  clientIds: string[]
}

let database: TestDatabase
let sides: [Side, Side]
beforeAll(async () => {
  database = await cloneDatabase()
  const factories = new Factories(database)
  const makeSide = async (name: string): Promise<Side> => {
    const mspId = await factories.makeMsp(name)
    const clientIds: string[] = []
    for (let made = 0; made < clientsEach; made++)
      clientIds.push((await factories.makeClient(mspId, { name: `${name} ${made}` })).clientId)
    // Made a moment ago.
    return { scope: { mspId: mspId as MspId, clients: 'all' }, clientIds }
  }
  sides = [await makeSide('left'), await makeSide('right')]
  await factories.close()
  connectPools({ tenant: database.urls.app_web, max: connections })
}, 30_000)
afterAll(async () => {
  await closePools()
  await database.drop()
})

const listIds = async (tx: Tx) => (await tx.select({ id: clients.id }).from(clients)).map(({ id }) => id)
const seen = { ended: 0, failed: 0, rows: 0, inUse: 0, mostInUse: 0 }

/** A request that reads, and then does what it does; each reads first, so that a context somebody left would show. */
async function request(side: Side, goOn: (tx: Tx) => Promise<unknown>, scope = side.scope): Promise<void> {
  try {
    await inTenant(scope, async (tx) => {
      seen.inUse += 1
      seen.mostInUse = Math.max(seen.mostInUse, seen.inUse)
      try {
        const own = scope.clients === 'all' ? side.clientIds : scope.clients
        expect((await listIds(tx)).sort()).toEqual([...own].sort())
        seen.rows += own.length
        await goOn(tx)
      } finally {
        seen.inUse -= 1
      }
    })
  } catch (error) {
    // What a test finds out is no way for a request to end.
    if (error instanceof Error && error.name === 'AssertionError') throw error
    seen.failed += 1
  } finally {
    seen.ended += 1
  }
}

const other = (side: Side) => (side === sides[0] ? sides[1] : sides[0])
const divide = sql`select 1 / 0`
/** The ways in which a request may end. */
const endings: Record<string, (side: Side) => Promise<void>> = {
  reads: (side) => request(side, listIds),
  'sees one client only': (side) =>
    // One of this side's own.
    request(side, listIds, { ...side.scope, clients: side.clientIds.slice(0, 1) as ClientId[] }),
  'throws half way': (side) =>
    request(side, async () => {
      throw new Error('the request went wrong')
    }),
  'makes PostgreSQL throw': (side) => request(side, (tx) => tx.execute(divide)),
  'is aborted while it waits': (side) =>
    request(side, async (tx) => {
      await tx.execute(sql`set local statement_timeout = '2ms'`)
      await tx.execute(sql`select pg_sleep(1)`)
    }),
  'is cancelled from outside': (side) =>
    request(side, (tx) => tx.execute(sql`select pg_cancel_backend(pg_backend_pid())`)),
  'catches a failure within and goes on': (side) =>
    request(side, async (tx) => {
      await tx.transaction((inner) => inner.execute(divide)).catch(() => {})
      expect(await listIds(tx)).toHaveLength(clientsEach)
    }),
  'writes into the other tenant': (side) =>
    request(side, (tx) =>
      tx
        .insert(clients)
        .values({ mspId: other(side).scope.mspId, slug: 'x', name: 'x', timeZone: 'UTC', createdAt: new Date() }),
    ),
  'reads the other tenant by its ids': (side) =>
    request(side, async (tx) => {
      const ids = `{${other(side).clientIds.join(',')}}`
      expect(await tx.execute(sql`select id from clients where id = any (${ids}::uuid[])`)).toHaveLength(0)
      expect(
        await tx.execute(sql`update clients set name = 'x' where id = any (${ids}::uuid[]) returning id`),
      ).toHaveLength(0)
    }),
}

test(`${requests} interleaved requests of two tenants over ${connections} connections: no row of the other, however they end`, async () => {
  const ways = Object.values(endings)
  const work = Array.from({ length: requests }, (_, place) => {
    const way = ways[(place * 7 + Math.floor(place / 11)) % ways.length]
    return way?.(sides[place % 2] ?? sides[0])
  })
  await Promise.all(work)
  expect(seen.ended).toBe(requests)
  // Every kind of end was met, and never on more connections than said.
  expect(seen.rows).toBeGreaterThan(requests * 3)
  expect(seen.failed).toBeGreaterThan(requests / 3)
  expect(seen.mostInUse).toBe(connections)
}, 120_000)

test('afterwards no connection holds a context, and without one there is no row', async () => {
  // The pool itself, past `inTenant`, which would set a context of its own.
  const shared = globalThis as { patchwardPools?: { tenantClient?: Sql } }
  const pool = shared.patchwardPools?.tenantClient
  if (!pool) throw new Error('there is no pool')
  const pids = new Set<number>()
  for (let round = 0; round < 20; round++) {
    const looks = await Promise.all(
      Array.from(
        { length: connections * 2 },
        () => pool<{ pid: number; msp: string | null; all: string | null; rows: number }[]>`
          select pg_backend_pid() as pid, nullif(current_setting('app.msp_id', true), '') as msp,
            nullif(current_setting('app.all_clients', true), '') as all, (select count(*)::int from clients) as rows`,
      ),
    )
    for (const [look] of looks) {
      expect(look).toMatchObject({ msp: null, all: null, rows: 0 })
      pids.add(look?.pid ?? 0)
    }
  }
  expect(pids.size).toBe(connections)
})
