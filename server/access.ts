import { sql } from 'drizzle-orm'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import {
  type ClientId,
  inAllTenants,
  inTenant,
  isDatabaseReachable,
  listenChannel,
  type MspId,
  type Patience,
  type Tx,
} from '../db/tenant.ts'
import { type Change, recordAudit, recordDenied } from './audit/record-audit.ts'
import { requireEntitled } from './billing/require-entitled.ts'
import { wholeCan } from './can.ts'
import { actorId, type Context } from './context.ts'
import { isDeadlock } from './database-error.ts'
import { DomainError } from './errors.ts'
import { type Action, missingPermission, stepUpActions, stepUpMs } from './permissions.ts'

export type { ClientId, MspId, Tx }
export { isDatabaseReachable, listenChannel }

/** What a verb hands back: its value, and what it changed. An empty list of changes is said, never forgotten. */
export interface Outcome<T> {
  value: T
  changes: readonly Change[]
}

/**
 * The one place that says no. Throws `forbidden` without the right, which is written down, and `step-up` where the right wants a proof of
 * the person that is younger than ten minutes. `read` and `perform` ask it for their action; a verb asks it for a right that only some
 * of its inputs need.
 */
export function requireRight(ctx: Context, action: Action): void {
  if (!ctx.permissions.has(action)) throw new MissingRight(action)
  if (stepUpActions.has(action)) requireStepUp(ctx)
}

class MissingRight extends DomainError {
  readonly action: Action
  constructor(action: Action) {
    super('forbidden', missingPermission(action))
    this.action = action
  }
}

/** Denied attempts of one actor at one thing that are written down in a minute: who tries all day does not fill the log. */
const denials = new RateLimiterMemory({ points: 5, duration: 60 })

/** Writes whatever was `forbidden` down, by right or by reach, once its own transaction is over: it never holds two connections. */
async function notingDenials<T>(ctx: Context, asked: Action, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'forbidden') throw error
    const [action, why] = error instanceof MissingRight ? [error.action, 'without the right'] : [asked, error.message]
    const isWritten = await denials.consume(`${ctx.mspId} ${actorId(ctx.actor)} ${action}`).then(
      () => true,
      () => false,
    )
    if (isWritten) await inTenant(ctx, (tx) => recordDenied(tx, ctx, action, why))
    throw error
  }
}

/** Throws `forbidden` unless the caller sees all clients: what concerns every one of them is for nobody else. `what`: see `wholeCan`. */
export function requireWhole(ctx: Context, what: string): void {
  const answer = wholeCan(ctx.clients === 'all', what)
  if (!answer.can) throw new DomainError('forbidden', answer.reason)
}

/** Throws `step-up` unless the person proved who they are in the last ten minutes; `forbidden` for a program, which cannot. */
export function requireStepUp(ctx: Context): void {
  switch (ctx.actor.kind) {
    case 'system':
      return
    case 'api-key':
      throw new DomainError('forbidden', 'A person does this, signed in: an API key cannot.')
    case 'person': {
      const provedAt = ctx.actor.provedAt?.getTime() ?? Number.NEGATIVE_INFINITY
      if (ctx.now.getTime() - provedAt > stepUpMs)
        throw new DomainError('step-up', 'Prove once more that it is you. Then go on.')
    }
  }
}

/** Reads inside the tenant of `ctx`. Throws `DomainError('forbidden')` without the permission. `patience`: see `inTenant`. */
export async function read<T>(
  ctx: Context,
  action: Action,
  work: (tx: Tx) => Promise<T>,
  patience?: Patience,
): Promise<T> {
  return notingDenials(ctx, action, async () => {
    requireRight(ctx, action)
    return inTenant(ctx, work, patience)
  })
}

/**
 * The change and its audit record commit together or not at all. Where PostgreSQL ends it for a deadlock nothing has happened, and it is
 * done again from the start: `work` changes nothing but rows. `not-allowed-now` where the company is read-only, but for what goes on then.
 */
export async function perform<T>(ctx: Context, action: Action, work: (tx: Tx) => Promise<Outcome<T>>): Promise<T> {
  return notingDenials(ctx, action, async () => {
    requireRight(ctx, action)
    for (let attempt = 1; ; attempt++) {
      try {
        const change = async (tx: Tx) => {
          await requireEntitled(tx, ctx, action)
          const { value, changes } = await work(tx)
          await recordAudit(tx, ctx, action, changes)
          return value
        }
        return await inTenant(ctx, change, 'long')
      } catch (error) {
        if (!isDeadlock(error) || attempt >= mostAttempts) throw error
      }
    }
  })
}

const mostAttempts = 3

/** For what comes from outside and is nobody's yet: a transaction that sees the rows of no tenant, and writes what every process may. */
export function outsideTenants<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return inTenant(nobody, work)
}

// An empty id is nobody's: row-level security compares it with none.
const nobody = { mspId: '' as MspId, clients: [] }

/** For jobs over all MSPs; `architecture.test.ts` lists the files that may use it. `reason` says why one tenant is not enough. */
export async function acrossTenants<T>(reason: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inAllTenants(async (tx) => {
    await tx.execute(sql`select set_config('application_name', ${`patchward: ${reason}`.slice(0, 60)}, true)`)
    return work(tx)
  })
}
