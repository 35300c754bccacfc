import { and, eq, inArray, isNull } from 'drizzle-orm'
import { decisions } from '../../db/schema/patches.ts'
import { clients } from '../../db/schema/tenancy.ts'
import { requireWhole, type Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { findTargetGroup } from '../client-groups/queries.ts'
import type { Context } from '../context.ts'
import { getDeviceRow } from '../devices/queries.ts'
import { DomainError, notFound } from '../errors.ts'
import { findReach } from '../patches/find-reach.ts'
import { getPatchRow, type PatchRow, patchName } from '../patches/queries.ts'
import type { Reach } from '../proposals/rules.ts'
import { wholeOnly } from './rules.ts'
import type { DecidePatch } from './schema.ts'

/** A decision whose patch, clients and device were found, so that it may be written. */
export interface CheckedDecision {
  input: DecidePatch
  patch: PatchRow
  scopes: { id: string | null; name: string }[]
  device: { id: string; hostName: string } | null
  /** The name of the group that the clients were chosen by. */
  groupName: string | null
}

/** Finds what a decision names. *Not found* for what the caller may not see; `forbidden` for all clients by somebody who sees some. */
export async function checkDecision(tx: Tx, ctx: Context, input: DecidePatch): Promise<CheckedDecision> {
  const patch = await getPatchRow(tx, input.patchId)
  if (input.clients === 'all') requireWhole(ctx, wholeOnly.decide)
  if (input.deferUntil && input.deferUntil <= ctx.now)
    throw new DomainError('invalid', 'Not deferred: that day has come already. Choose a later one.')
  const ids = input.clients === 'all' ? [] : [...new Set(input.clients)]
  const named = await tx.select({ id: clients.id, name: clients.name }).from(clients).where(inArray(clients.id, ids))
  if (named.length !== ids.length) throw notFound('This client')
  const group = await findTargetGroup(tx, ctx, input)
  const device = input.deviceId ? await getDeviceRow(tx, input.deviceId) : null
  if (device && device.clientId !== ids[0]) throw notFound('This device')
  return {
    input,
    patch,
    scopes: input.clients === 'all' ? [{ id: null, name: 'all clients' }] : named,
    device,
    groupName: group?.name ?? null,
  }
}

/** The devices that an approval could reach. */
export const findDecisionReach = (tx: Tx, { input, patch, device }: CheckedDecision): Promise<Reach[]> =>
  findReach(tx, { patchId: patch.id, clients: input.clients, deviceId: device?.id })

/** Writes the decision; the former one of the same scope becomes history. `by` is who decided, in words. */
export async function applyDecision(tx: Tx, ctx: Context, checked: CheckedDecision, by: string): Promise<Change[]> {
  const { input, patch, scopes, device, groupName } = checked
  await tx
    .update(decisions)
    .set({ withdrawnAt: ctx.now })
    .where(
      and(
        eq(decisions.patchId, patch.id),
        isNull(decisions.withdrawnAt),
        input.clients === 'all' ? isNull(decisions.clientId) : inArray(decisions.clientId, [...input.clients]),
        device ? eq(decisions.deviceId, device.id) : isNull(decisions.deviceId),
      ),
    )
  await tx.insert(decisions).values(
    scopes.map(({ id }) => ({
      mspId: ctx.mspId,
      clientId: id,
      deviceId: device?.id ?? null,
      patchId: patch.id,
      kind: input.kind,
      deferUntil: input.deferUntil ?? null,
      reason: input.reason,
      decidedBy: by,
      decidedAt: ctx.now,
    })),
  )
  return scopes.map(({ id, name }) => ({
    clientId: id,
    subject: { kind: 'patch', id: patch.id, name: patchName(patch) },
    reason: input.reason,
    details: {
      decision: input.kind,
      scope: device ? device.hostName : name,
      ...(groupName ? { group: groupName } : {}),
      ...(input.deferUntil ? { until: input.deferUntil.toISOString() } : {}),
    },
  }))
}
