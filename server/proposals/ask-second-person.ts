import { and, eq, gt, isNull, ne, sql } from 'drizzle-orm'
import { proposals } from '../../db/schema/records.ts'
import { memberClients, members, msps } from '../../db/schema/tenancy.ts'
import { type Outcome, requireStepUp, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { permissionsOf, roles } from '../permissions.ts'
import { uuids } from '../uuid-array.ts'
import { countDevices, proposalMs, type Reach, whyWide } from './rules.ts'

export interface WideAction {
  /** A key of `proposable`. */
  action: string
  input: Record<string, unknown>
  /** What happens to the devices, without their number: "get Chrome 128, ring by ring". */
  title: string
  reach: readonly Reach[]
  reason: string
  /** However few it reaches: what cannot be undone. */
  isAlways?: boolean
}

export interface Proposed {
  kind: 'proposed'
  proposalId: string
  devices: number
  clients: number
  expiresAt: Date
}

/**
 * Asks a second person where an action reaches more than one client or more devices than the MSP set: answers what the verb
 * then hands back, and the action is not done. Null: go on. Such an action wants a step-up in any case; a program cannot do it. Where
 * nobody else here could confirm, the person goes on alone, having proved who they are (DECISIONS "Alone, nobody can be the second").
 */
export async function askSecondPerson(tx: Tx, ctx: Context, wide: WideAction): Promise<Outcome<Proposed> | null> {
  if (ctx.actor.kind === 'system') return null
  const reach = wide.reach.filter((one) => wide.isAlways || one.devices > 0)
  if (!wide.isAlways && !whyWide(reach, await findLimit(tx))) return null
  requireStepUp(ctx)
  const { userId, name } = ctx.actor
  const clientIds = reach.map((one) => one.clientId)
  if ((await countSecondPersons(tx, userId, clientIds)) === 0) return null
  const expiresAt = new Date(ctx.now.getTime() + proposalMs)
  const devices = countDevices(reach)
  const standing = await findSame(tx, ctx, wide)
  if (standing) return { value: { kind: 'proposed', devices, clients: reach.length, ...standing }, changes: [] }
  const [made] = await tx
    .insert(proposals)
    .values({
      mspId: ctx.mspId,
      action: wide.action,
      input: wide.input,
      title: wide.title,
      reach,
      deviceCount: devices,
      clientIds,
      reason: wide.reason,
      proposedBy: userId,
      proposedByName: name,
      proposedAt: ctx.now,
      expiresAt,
    })
    .returning({ proposalId: proposals.id })
  if (!made) throw new Error('insert returned no proposal')
  return {
    value: { kind: 'proposed', proposalId: made.proposalId, devices, clients: reach.length, expiresAt },
    changes: reach.map(({ clientId, devices: count }) => ({
      clientId,
      subject: { kind: 'proposal', id: made.proposalId, name: wide.title },
      reason: wide.reason,
      details: { action: wide.action, devices: count },
      action: 'proposal:make',
    })),
  }
}

/** More devices than this want a second person, by the MSP's own settings. */
export async function findLimit(tx: Tx): Promise<number> {
  const [msp] = await tx.select({ limit: msps.secondPersonDevices }).from(msps)
  return msp?.limit ?? 0
}

const confirmers = roles.filter((role) => permissionsOf[role].has('proposal:confirm'))

/**
 * Who else could confirm for these clients. Suspended people count: nobody gets around the second person by suspending them.
 */
async function countSecondPersons(tx: Tx, userId: string, clientIds: readonly string[]): Promise<number> {
  const [found] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(members)
    .where(
      and(
        ne(members.userId, userId),
        sql`${members.role} = any (${`{${confirmers.join(',')}}`}::text[])`,
        sql`case when ${members.hasAllClients} then true else ${uuids(clientIds)} <@ array(select c.client_id from ${memberClients} c
          where c.msp_id = ${members.mspId} and c.user_id = ${members.userId}) end`,
      ),
    )
  return found?.count ?? 0
}

/** The same thing asked twice waits once. */
async function findSame(
  tx: Tx,
  ctx: Context,
  wide: WideAction,
): Promise<{ proposalId: string; expiresAt: Date } | null> {
  const [same] = await tx
    .select({ proposalId: proposals.id, expiresAt: proposals.expiresAt })
    .from(proposals)
    .where(
      and(
        isNull(proposals.decision),
        gt(proposals.expiresAt, ctx.now),
        eq(proposals.action, wide.action),
        sql`${proposals.input} = ${JSON.stringify(wide.input)}::jsonb`,
      ),
    )
    .limit(1)
  return same ?? null
}
