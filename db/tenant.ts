import { sql } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres, { type Sql } from 'postgres'

declare const brand: unique symbol
/** An id that was proven: read from the database or from verified credentials, not from a request. */
export type MspId = string & { readonly [brand]: 'msp' }
export type ClientId = string & { readonly [brand]: 'client' }

/** Which rows a transaction may see: one MSP, and all of its clients or a list. */
export interface TenantScope {
  mspId: MspId
  clients: 'all' | readonly ClientId[]
  actor?: { kind: 'person' | 'api-key' | 'system' }
}

type Database = PostgresJsDatabase<Record<string, never>>
export type Tx = Parameters<Parameters<Database['transaction']>[0]>[0]

interface Pools {
  tenant?: Database
  tenantClient?: Sql
  jobs?: Database
  across?: Database
  door?: Sql
  /** Whether `tenant` serves people, who wait, and not jobs. */
  isConsole?: boolean
  all: Sql[]
}
// Next bundles server code more than once; the pools of a process live where every copy finds them.
const shared = globalThis as { patchwardPools?: Pools }
shared.patchwardPools ??= { all: [] }
const pools = shared.patchwardPools

/** A call of the door takes milliseconds, a large inventory seconds; the door itself has given up before this. */
const doorStatementMs = 20_000
/** One statement of the console: whoever asked has long given up. Files and exports are read in pages, each a statement of its own. */
export const consoleStatementMs = 15_000
/**
 * What a person changes may wait for others and reach many rows: stopping something large does not fail for its size. Nor does a page of an
 * export of all there is.
 */
const longStatementMs = 60_000
/** A transaction of the console or of a job that does nothing for so long holds its locks for nobody. */
const mostIdleMs = 60_000

/** How long a statement of the console may take. */
export type Patience = 'short' | 'long'

/** Sees each statement of the tenant pool before it is sent: for measuring them. */
type Watch = (statement: string, parameters: readonly unknown[]) => void

interface Limits {
  /** 0 or nothing: no limit of ours. */
  statementMs?: number
  idleMs?: number
  watch?: Watch
}
function open(url: string, max: number, { statementMs = 0, idleMs = 0, watch }: Limits = {}): Sql {
  // The driver's own back-off reaches 20 s: that long a server that is back would be answered with 503.
  const backoff = (attempt: number) => Math.min(0.1 * 2 ** attempt, 1)
  const connection = {
    ...(statementMs > 0 ? { statement_timeout: statementMs } : {}),
    ...(idleMs > 0 ? { idle_in_transaction_session_timeout: idleMs } : {}),
  }
  const debug =
    watch && ((_: number, statement: string, parameters: readonly unknown[]) => watch(statement, parameters))
  const options = { max, onnotice: () => {}, connect_timeout: 5, idle_timeout: 60, backoff, connection }
  const client = postgres(url, debug ? { ...options, debug } : options)
  pools.all.push(client)
  return client
}

/**
 * Opens the pools this process is allowed to have. Called once, by the process entry. `jobs`: a login of their own for system jobs, where
 * one process is console and worker at once, as in tests; else they use `tenant`. `isConsole`: people wait for `tenant`, so that no
 * statement of it takes long.
 */
export function connectPools(urls: {
  tenant?: string
  jobs?: string
  across?: string
  door?: string
  isConsole?: boolean
  max?: number
  watch?: Watch
}): void {
  if (urls.tenant) {
    const limits = { statementMs: urls.isConsole ? consoleStatementMs : 0, idleMs: mostIdleMs }
    pools.tenantClient = open(urls.tenant, urls.max ?? 10, { ...limits, watch: urls.watch })
    pools.isConsole = urls.isConsole ?? false
    pools.tenant = drizzle(pools.tenantClient, { casing: 'snake_case' })
  }
  if (urls.jobs) pools.jobs = drizzle(open(urls.jobs, urls.max ?? 10, { idleMs: mostIdleMs }), { casing: 'snake_case' })
  if (urls.across)
    pools.across = drizzle(open(urls.across, urls.max ?? 4, { idleMs: mostIdleMs }), { casing: 'snake_case' })
  if (urls.door) pools.door = open(urls.door, urls.max ?? 8, { statementMs: doorStatementMs })
}

export async function closePools(): Promise<void> {
  await Promise.all(pools.all.splice(0).map((client) => client.end({ timeout: 5 })))
  pools.tenant = undefined
  pools.tenantClient = undefined
  pools.jobs = undefined
  pools.across = undefined
  pools.door = undefined
}

/**
 * Runs `work` in a transaction that sees only `scope` (row-level security reads the settings made here). In the console a statement ends after 15
 * seconds with SQLSTATE 57014, with `long` patience after a minute.
 */
export function inTenant<T>(
  scope: TenantScope,
  work: (tx: Tx) => Promise<T>,
  patience: Patience = 'short',
): Promise<T> {
  const pool = (scope.actor?.kind === 'system' && pools.jobs) || pools.tenant
  if (!pool) throw new Error('this process has no tenant pool')
  const ids = scope.clients === 'all' ? '{}' : `{${scope.clients.join(',')}}`
  return pool.transaction(async (tx) => {
    const limit =
      pools.isConsole && patience === 'long'
        ? sql`, set_config('statement_timeout', ${String(longStatementMs)}, true)`
        : sql``
    await tx.execute(sql`select set_config('app.msp_id', ${scope.mspId}, true),
      set_config('app.all_clients', ${scope.clients === 'all' ? 't' : 'f'}, true), set_config('app.client_ids', ${ids}, true)${limit}`)
    return work(tx)
  })
}

/** Runs `work` over all MSPs, on the tables that have a policy for it. */
export function inAllTenants<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  if (!pools.across) throw new Error('this process has no pool across tenants')
  return pools.across.transaction(work)
}

/** The device door's connection: EXECUTE on named functions only. */
export function doorPool(): Sql {
  if (!pools.door) throw new Error('this process has no door pool')
  return pools.door
}

/**
 * Hears a NOTIFY channel on a connection of its own, which comes back by itself; `onReady` runs each time it listens (again).
 * Rejects when the database cannot be reached at first. A direct connection is needed: a pooler in transaction mode drops LISTEN.
 */
export async function listenChannel(
  channel: string,
  onNotice: (payload: string) => void,
  onReady: () => void,
): Promise<void> {
  if (!pools.tenantClient) throw new Error('this process has no tenant pool')
  await pools.tenantClient.listen(channel, onNotice, onReady)
}

/** Is the database reachable? For /readyz. */
export async function isDatabaseReachable(): Promise<boolean> {
  const [first] = pools.all
  if (!first) return false
  try {
    await first`select 1`
    return true
  } catch {
    return false
  }
}

/**
 * Why the console's login must not be used, or null: an owner of tables, a superuser and who bypasses row-level security see everything. Null too
 * while the database does not answer: then nobody sees anything, and the next start asks again.
 */
export async function findUnsafeLogin(): Promise<string | null> {
  if (!pools.tenantClient) return null
  const rows = await pools.tenantClient<{ why: string | null }[]>`
    select case when rolsuper then 'is a superuser' when rolbypassrls then 'bypasses row-level security'
      when exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'auth') and pg_has_role(r.oid, c.relowner, 'usage')) then 'owns the tables' end as why
    from pg_roles r where rolname = current_user`.catch(() => [])
  return rows[0]?.why ?? null
}
