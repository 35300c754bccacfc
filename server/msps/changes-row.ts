import { eq, sql } from 'drizzle-orm'
import { msps } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Can } from '../can.ts'
import type { Context } from '../context.ts'
import { isDeadlock, isLockTimeout } from '../database-error.ts'
import { notAllowedNow, notFound } from '../errors.ts'
import { changesCan } from './rules.ts'

/** Since when, by whom and why all changes of the company are stopped. */
export interface ChangesStop {
  at: Date
  by: string
  reason: string
}

/** The kill switch of this company, null = changes go on. What it holds back: `door.is_stopped`. */
export async function findStop(tx: Tx): Promise<ChangesStop | null> {
  const [row] = await tx
    .select({ at: msps.changesStoppedAt, by: msps.changesStoppedBy, reason: msps.changesStopReason })
    .from(msps)
  return row?.at ? { at: row.at, by: row.by ?? 'somebody', reason: row.reason ?? '' } : null
}

/** A stop waits so long for permits that are being given. */
const turnTimeoutMs = 5_000

/**
 * The company's row, for who turns the switch, and then its turn (`door.msp_turn`): permits under way are waited for and those that are asked
 * for later wait. Nobody waits while the row is somebody else's. A stop does not wait for the turn without an end: after five seconds it goes
 * on, and a permit that was being given just then may be given. Throws the sentence of the disabled button.
 */
export async function lockSwitch(tx: Tx, ctx: Context, verb: 'stop' | 'resume') {
  const [row] = await tx.select().from(msps).where(eq(msps.id, ctx.mspId)).for('no key update')
  if (!row) throw notFound('This page')
  const viewer = { permissions: ctx.permissions, hasAllClients: ctx.clients === 'all' }
  const can: Can = changesCan[verb](viewer, row.changesStoppedAt !== null)
  if (!can.can) throw notAllowedNow(can.reason)
  await takeTurn(tx, ctx, verb === 'stop' ? turnTimeoutMs : 0)
  return row
}

/** Alone. With a limit it goes on without the turn when that has run out, or when a deadlock ends the wait; 0 is no limit. */
async function takeTurn(tx: Tx, ctx: Context, timeoutMs: number): Promise<void> {
  const take = async (inner: Tx) => {
    await inner.execute(sql`select set_config('lock_timeout', ${String(timeoutMs)}, true)`)
    await inner.execute(sql`select pg_advisory_xact_lock(door.msp_turn(${ctx.mspId}::uuid))`)
    await inner.execute(sql`set local lock_timeout to default`)
  }
  // A savepoint: what fails there leaves the row locked, and the limit as it was.
  await tx.transaction(take).catch((error) => {
    if (timeoutMs === 0 || !(isLockTimeout(error) || isDeadlock(error))) throw error
  })
}

export function changesChange({ id, name }: { id: string; name: string }, reason: string, details = {}): Change {
  return { clientId: null, subject: { kind: 'msp', id, name }, reason, details }
}
