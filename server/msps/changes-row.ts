import { eq, sql } from 'drizzle-orm'
import { msps } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Can } from '../can.ts'
import type { Context } from '../context.ts'
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

/**
 * The company's row, for who turns the switch: permits under way are waited for and those that are asked for later wait (`door.msp_turn`),
 * before any row is locked. Throws the sentence of the disabled button.
 */
export async function lockSwitch(tx: Tx, ctx: Context, verb: 'stop' | 'resume') {
  await tx.execute(sql`select pg_advisory_xact_lock(door.msp_turn(${ctx.mspId}::uuid))`)
  const [row] = await tx.select().from(msps).where(eq(msps.id, ctx.mspId)).for('no key update')
  if (!row) throw notFound('This page')
  const viewer = { permissions: ctx.permissions, hasAllClients: ctx.clients === 'all' }
  const can: Can = changesCan[verb](viewer, row.changesStoppedAt !== null)
  if (!can.can) throw notAllowedNow(can.reason)
  return row
}

export function changesChange({ id, name }: { id: string; name: string }, reason: string, details = {}): Change {
  return { clientId: null, subject: { kind: 'msp', id, name }, reason, details }
}
