import { and, eq, isNull } from 'drizzle-orm'
import { devices } from '../../db/schema/devices.ts'
import { clientErasures } from '../../db/schema/tenancy.ts'
import { requireWhole, type Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { type ClientRow, clientChange, lockClient } from '../clients/lock-client.ts'
import { getClientRow } from '../clients/queries.ts'
import { clientCan, erasureWaitMs, wholeOnly } from '../clients/rules.ts'
import { seeArchived, withArchived } from '../clients/see-archived.ts'
import type { Context } from '../context.ts'
import { DomainError, notAllowedNow } from '../errors.ts'
import type { Reach } from '../proposals/rules.ts'
import type { RequestErasure } from './schema.ts'

export interface CheckedErasure {
  input: RequestErasure
  client: ClientRow
  reach: Reach[]
}

/** The client as it may be erased, locked. `not-allowed-now` unless it is archived; `invalid` when the name typed is another. */
export async function checkErasure(tx: Tx, ctx: Context, input: RequestErasure): Promise<CheckedErasure> {
  await seeArchived(tx)
  const client = await lockClient(tx, input.clientId)
  await judge(tx, ctx, input, client)
  return { input, client, reach: await countDevices(tx, client.id) }
}

/** Whom it would reach now, for lists: locks nothing, refuses as `checkErasure`. */
export function findErasureReach(tx: Tx, ctx: Context, input: RequestErasure): Promise<Reach[]> {
  return withArchived(tx, async () => {
    await judge(tx, ctx, input, await getClientRow(tx, input.clientId))
    return countDevices(tx, input.clientId)
  })
}

async function judge(tx: Tx, ctx: Context, input: RequestErasure, client: ClientRow): Promise<void> {
  requireWhole(ctx, wholeOnly.erase)
  const isErasing = (await findErasure(tx, client.id)) !== null
  const can = clientCan.erase({ isArchived: client.archivedAt !== null, isErasing, hasAllClients: true })
  if (!can.can) throw notAllowedNow(can.reason)
  if (input.name !== client.name) throw new DomainError('invalid', `Type the name as it is written: ${client.name}`)
}

async function countDevices(tx: Tx, clientId: string): Promise<Reach[]> {
  return [
    { clientId, devices: await tx.$count(devices, and(eq(devices.clientId, clientId), isNull(devices.retiredAt))) },
  ]
}

/** The erasure that waits, is under way or is done; null without one. */
export async function findErasure(tx: Tx, clientId: string) {
  const [row] = await tx
    .select()
    .from(clientErasures)
    .where(and(eq(clientErasures.clientId, clientId), isNull(clientErasures.cancelledAt)))
  return row ?? null
}

/** Lets the waiting time begin. `by`: who asked for it, in words. */
export async function applyErasure(
  tx: Tx,
  ctx: Context,
  { input, client }: CheckedErasure,
  by: string,
): Promise<Change[]> {
  const dueAt = new Date(ctx.now.getTime() + erasureWaitMs)
  await tx.insert(clientErasures).values({
    mspId: ctx.mspId,
    clientId: client.id,
    clientName: client.name,
    reason: input.reason,
    requestedBy: by,
    requestedAt: ctx.now,
    dueAt,
  })
  return [clientChange(client, { dueAt: dueAt.toISOString(), requestedBy: by }, input.reason)]
}
