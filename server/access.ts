import { sql } from 'drizzle-orm'
import {
  type ClientId,
  inAllTenants,
  inTenant,
  isDatabaseReachable,
  listenChannel,
  type MspId,
  type Tx,
} from '../db/tenant.ts'
import { type Change, recordAudit } from './audit/record-audit.ts'
import type { Context } from './context.ts'
import { isDeadlock } from './database-error.ts'
import { DomainError } from './errors.ts'
import { type Action, missingPermission } from './permissions.ts'

export type { ClientId, MspId, Tx }
export { isDatabaseReachable, listenChannel }

/** What a verb hands back: its value, and what it changed. An empty list of changes is said, never forgotten. */
export interface Outcome<T> {
  value: T
  changes: readonly Change[]
}

function requirePermission(ctx: Context, action: Action): void {
  if (!ctx.permissions.has(action)) throw new DomainError('forbidden', missingPermission(action))
}

/** Reads inside the tenant of `ctx`. Throws `DomainError('forbidden')` without the permission. */
export async function read<T>(ctx: Context, action: Action, work: (tx: Tx) => Promise<T>): Promise<T> {
  requirePermission(ctx, action)
  return inTenant(ctx, work)
}

/**
 * The change and its audit record commit together or not at all. Where PostgreSQL ends it for a deadlock nothing has happened, and it is
 * done again from the start: `work` changes nothing but rows.
 */
export async function perform<T>(ctx: Context, action: Action, work: (tx: Tx) => Promise<Outcome<T>>): Promise<T> {
  requirePermission(ctx, action)
  for (let attempt = 1; ; attempt++) {
    try {
      return await inTenant(ctx, async (tx) => {
        const { value, changes } = await work(tx)
        await recordAudit(tx, ctx, action, changes)
        return value
      })
    } catch (error) {
      if (!isDeadlock(error) || attempt >= mostAttempts) throw error
    }
  }
}

const mostAttempts = 3

/** For jobs over all MSPs; `architecture.test.ts` lists the files that may use it. `reason` says why one tenant is not enough. */
export async function acrossTenants<T>(reason: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inAllTenants(async (tx) => {
    await tx.execute(sql`select set_config('application_name', ${`patchward: ${reason}`.slice(0, 60)}, true)`)
    return work(tx)
  })
}
