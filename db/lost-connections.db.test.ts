import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closePools, connectPools, inTenant, type MspId, type TenantScope, type Tx } from './tenant.ts'
import { cloneDatabase, type TestDatabase } from './testing.ts'

/**
 * What the driver does when a connection dies, which `patches/postgres+3.4.9.patch` mends: without it each of these fails (a process that
 * ends, a statement in a stranger's transaction, a connection that never answers again). Real PostgreSQL; a relay of ours cuts the wire.
 */
let database: TestDatabase
let relay: Relay
beforeAll(async () => {
  database = await cloneDatabase()
  relay = await startRelay(Number(new URL(database.ownerUrl).port))
})
afterEach(closePools)
afterAll(async () => {
  relay.stop()
  await database.drop()
})

const scopeOfNobody = (): TenantScope => ({ mspId: crypto.randomUUID() as MspId, clients: 'all' })
const whose = async (tx: Tx) => {
  const [row] = await tx.execute<{ msp: string }>(sql`select current_setting('app.msp_id') as msp`)
  return row?.msp
}
/** Ends the backends of the pool, as their own login may. */
async function endBackends(): Promise<void> {
  const client = postgres(database.urls.app_worker, { max: 1 })
  await client`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`
  await client.end()
}

/** The pool serves `count` transactions at once, each its own tenant. */
async function expectToServe(count: number): Promise<void> {
  const scopes = Array.from({ length: count }, scopeOfNobody)
  expect(await Promise.all(scopes.map((scope) => inTenant(scope, whose)))).toEqual(scopes.map((scope) => scope.mspId))
}

test('what is left of a transaction that lost its connection never runs in the transaction of another tenant', async () => {
  connectPools({ tenant: database.urls.app_worker, max: 1 })
  const late = Promise.withResolvers<void>()
  let seen: Promise<unknown> | undefined
  const first = inTenant(scopeOfNobody(), async (tx) => {
    await whose(tx)
    await endBackends()
    seen = late.promise.then(() => whose(tx))
    await seen
  })
  await expect(first).rejects.toThrow()
  const other = scopeOfNobody()
  await inTenant(other, async (tx) => {
    late.resolve()
    await expect(seen, 'the statement of the lost transaction').rejects.toThrow(/CONNECTION_CLOSED|Failed query/)
    expect(await whose(tx)).toBe(other.mspId)
  })
})

test('a backend that ends under a statement ends its transaction, not the process, and the next is served at once', async () => {
  connectPools({ tenant: database.urls.app_worker, max: 1 })
  for (let round = 0; round < 3; round++) {
    const broken = inTenant(scopeOfNobody(), (tx) => tx.execute(sql`select pg_sleep(3)`))
    const failed = expect(broken).rejects.toThrow()
    await wait(100)
    await endBackends()
    await failed
    await expectToServe(3)
  }
})

test('statements a transaction sent at once all fail with its connection', async () => {
  connectPools({ tenant: database.urls.app_worker, max: 1 })
  let all: Promise<PromiseSettledResult<unknown>[]> | undefined
  const broken = inTenant(scopeOfNobody(), (tx) => {
    all = Promise.allSettled(Array.from({ length: 200 }, () => tx.execute(sql`select pg_sleep(3)`)))
    return all
  })
  const failed = expect(broken).rejects.toThrow()
  await wait(100)
  await endBackends()
  await failed
  expect((await all)?.filter((one) => one.status === 'rejected')).toHaveLength(200)
  await expectToServe(3)
})

test.each(['end', 'reset'] as const)('all connections cut at once (%s): each answers again', async (how) => {
  connectPools({ tenant: relay.through(database.urls.app_worker), max: 4 })
  for (let round = 0; round < 5; round++) {
    await expectToServe(4)
    // Whoever is refused asks again in the same breath, while the other connections are about to notice.
    const stubborn = Array.from({ length: 3 }, () =>
      inTenant(scopeOfNobody(), (tx) => tx.execute(sql`select pg_sleep(3)`)).catch(() =>
        inTenant(scopeOfNobody(), whose).catch(() => 'refused'),
      ),
    )
    await wait(100)
    relay.cut(how)
    await Promise.all(stubborn)
    await expectToServe(8)
  }
})

interface Relay {
  /** The address of a database by way of the relay. */
  through(url: string): string
  cut(how: 'end' | 'reset'): void
  stop(): void
}

async function startRelay(port: number): Promise<Relay> {
  const pairs = new Set<[Socket, Socket]>()
  const server: Server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('error', () => {})
      from.on('close', () => {
        to.destroy()
        pairs.delete(pair)
      })
      from.pipe(to)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('the relay has no port')
  return {
    through(url) {
      const changed = new URL(url)
      changed.hostname = '127.0.0.1'
      changed.port = String(address.port)
      return changed.toString()
    },
    cut(how) {
      for (const [near] of pairs) how === 'reset' ? near.resetAndDestroy() : near.destroy()
    },
    stop() {
      for (const [near] of pairs) near.destroy()
      server.close()
    },
  }
}
