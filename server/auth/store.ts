import { sql } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres, { type Sql } from 'postgres'
import { consoleStatementMs } from '../../db/tenant.ts'

/** What sign-in needs to know of its process: the login of role `app_auth`, and how people reach the console. */
export interface AuthSettings {
  databaseUrl: string
  /** Signs next-auth's short-lived cookies; sessions themselves are rows. */
  secret: string
  /** Address of the console; on https the cookie is `__Host-`. */
  publicUrl: string
}

export type AuthDatabase = PostgresJsDatabase<Record<string, never>>
/** A transaction, or the pool itself where one statement is enough. */
export type AuthTx = Pick<AuthDatabase, 'select' | 'insert' | 'update' | 'delete'>

interface Store {
  settings: AuthSettings
  client: Sql
  database: AuthDatabase
}
// Next bundles server code more than once; the pool of a process lies where every copy finds it.
const shared = globalThis as { patchwardAuth?: Store }

/** Opens the pool of the auth schema: the one named exception beside `db/tenant.ts`. Called once, by the process entry. */
export function connectAuth(settings: AuthSettings): void {
  if (shared.patchwardAuth) return
  // As the other pools: after a break the driver's own back-off would leave people waiting for up to 20 s.
  const backoff = (attempt: number) => Math.min(0.1 * 2 ** attempt, 1)
  const client = postgres(settings.databaseUrl, {
    max: 4,
    onnotice: () => {},
    connect_timeout: 5,
    idle_timeout: 60,
    backoff,
    connection: { statement_timeout: consoleStatementMs },
  })
  shared.patchwardAuth = { settings, client, database: drizzle(client, { casing: 'snake_case' }) }
}

/** Of two changes of one person's ways in at once, the second waits for the first. Call it first in a transaction. */
export async function lockPerson(tx: Pick<AuthDatabase, 'execute'>, userId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`person ${userId}`}, 0))`)
}

export async function closeAuth(): Promise<void> {
  const store = shared.patchwardAuth
  shared.patchwardAuth = undefined
  await store?.client.end({ timeout: 5 })
}

function store(): Store {
  if (!shared.patchwardAuth) throw new Error('this process has no access to the auth schema')
  return shared.patchwardAuth
}

export const authDatabase = (): AuthDatabase => store().database
/** The driver itself, for a library that brings its own statements. */
export const authClient = (): Sql => store().client
export const authSettings = (): AuthSettings => store().settings

/** Name of the session cookie. `__Host-`: over https only, for no path alone, and no other host of the domain can have set it. */
export function sessionCookieName(): string {
  return `${hasSecureCookies() ? '__Host-' : ''}authjs.session-token`
}
export const hasSecureCookies = (): boolean => store().settings.publicUrl.startsWith('https:')
