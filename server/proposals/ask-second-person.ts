import { and, eq, inArray, isNull, lte, ne, sql } from 'drizzle-orm'
import { proposals } from '../../db/schema/records.ts'
import { members, msps } from '../../db/schema/tenancy.ts'
import { type Outcome, requireStepUp, type Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { withArchived } from '../clients/see-archived.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { endProposal, type ProposalRow, seesAllSql } from './proposal-rows.ts'
import {
  confirmerRoles,
  countDevices,
  isSameReach,
  proposalMs,
  proposalState,
  type Reach,
  type Scope,
  whyWide,
} from './rules.ts'
import { countParts, coverScope, findSplit } from './widen-reach.ts'

export interface WideAction {
  /** A key of `proposable`. */
  action: string
  input: Record<string, unknown>
  /** What happens to the devices, without their number: "get Chrome 128, ring by ring". */
  title: string
  reach: readonly Reach[]
  /** The clients that it names: it counts for each, whoever lacks something there now. Without: those of `reach`. */
  scope?: Scope
  /**
   * What the same person did by this right in the last day counts with it: to the subject of this id in the log, or to any.
   * Without: each act counts alone.
   */
  splitOver?: { subjectId?: string }
  /** It is about one device each, often several clients' on one day: only the number of the last day makes it many. */
  isOneOfMany?: boolean
  reason: string
  /** However few it reaches: what cannot be undone. */
  isAlways?: boolean
  /** Only people who see all clients may do it, so only they may be the second person. */
  needsAllClients: boolean
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
 * The same asked again by the same person for the same devices waits once; anything else takes the place of the former one. The verb has taken
 * `lockOwnActs` before.
 */
export async function askSecondPerson(tx: Tx, ctx: Context, wide: WideAction): Promise<Outcome<Proposed> | null> {
  const { actor } = ctx
  if (actor.kind === 'system') return null
  const reach = await coverScope(tx, wide.reach, wide.scope ?? [])
  if (!wide.isAlways && !(await isWide(tx, ctx, wide, reach))) return null
  requireStepUp(ctx)
  if (!(await hasSecondPerson(tx, { userId: actor.userId, now: ctx.now }, reach, wide))) return null
  const proposed = ({ id, expiresAt }: Pick<ProposalRow, 'id' | 'expiresAt'>): Proposed => {
    return { kind: 'proposed', proposalId: id, devices: countDevices(reach), clients: reach.length, expiresAt }
  }
  // Twice: somebody else may have asked for the same between the look and the key that lets only one wait.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const former = await lockUndecided(tx, wide)
    const isOpen = former !== null && proposalState(former, ctx.now) === 'open'
    if (former && isOpen && former.proposedBy === actor.userId && isSameReach(former.reach, reach))
      return { value: proposed(former), changes: [] }
    const ended = former ? await endFormer(tx, ctx, former, isOpen) : []
    const made = await insertProposal(tx, ctx, wide, reach)
    if (made)
      return {
        value: proposed(made),
        changes: [
          ...ended,
          ...reach.map(({ clientId, devices }) => ({
            clientId,
            subject: { kind: 'proposal' as const, id: made.id, name: wide.title },
            reason: wide.reason,
            details: { action: wide.action, devices },
            action: 'proposal:make' as const,
          })),
        ],
      }
  }
  throw new DomainError('conflict', 'Somebody asked for the same at this moment. Look at the proposals.')
}

/** With what the same person did in parts before. */
async function isWide(
  tx: Tx,
  ctx: Context,
  { action, splitOver, isOneOfMany }: WideAction,
  reach: readonly Reach[],
): Promise<boolean> {
  const limit = await findLimit(tx)
  if (whyWide(reach, limit)) return true
  if (reach.length === 0 || ctx.actor.kind === 'system') return false
  const who = { userId: ctx.actor.userId, now: ctx.now }
  if (isOneOfMany) return countDevices(reach) + (await countParts(tx, who, action)) > limit
  if (!splitOver) return false
  const before = await findSplit(tx, who, { action, ...splitOver })
  return before.some((clientId) => !reach.some((one) => one.clientId === clientId))
}

/** More devices than this want a second person, by the MSP's own settings. */
export async function findLimit(tx: Tx): Promise<number> {
  const [msp] = await tx.select({ limit: msps.secondPersonDevices }).from(msps)
  return msp?.limit ?? 0
}

/**
 * Could anybody else confirm for these clients? Suspended people count, and for a day those who were changed, removed or reset: nobody gets
 * around the second person by changing people. Who came or rose today does not count yet.
 */
export async function hasSecondPerson(
  tx: Tx,
  asker: { userId: string; now: Date },
  reach: readonly Reach[],
  wide: Pick<WideAction, 'action' | 'needsAllClients'>,
): Promise<boolean> {
  const [msp] = await tx.select({ until: msps.secondPersonUntil }).from(msps)
  if (msp?.until && msp.until > asker.now) return true
  const clientIds = reach.map((one) => one.clientId)
  const others = await tx.$count(
    members,
    and(
      ne(members.userId, asker.userId),
      inArray(members.role, confirmerRoles(wide.action)),
      lte(members.mayConfirmFrom, asker.now),
      seesAllSql(clientIds, wide.needsAllClients),
    ),
  )
  return others > 0
}

/** The one proposal of the very same that nobody has decided, locked; also one that reached a client which is archived now. */
async function lockUndecided(tx: Tx, wide: WideAction): Promise<ProposalRow | null> {
  const isSame = sql`${proposals.input} = ${JSON.stringify(wide.input)}::jsonb`
  const [same] = await withArchived(tx, () =>
    tx
      .select()
      .from(proposals)
      .where(and(isNull(proposals.decision), eq(proposals.action, wide.action), isSame))
      .for('update'),
  )
  return same ?? null
}

/** What ended by itself is noted as ended; what was open is told in the log as replaced. */
async function endFormer(tx: Tx, ctx: Context, former: ProposalRow, isOpen: boolean): Promise<Change[]> {
  return withArchived(tx, async () => {
    if (isOpen) {
      const ended = await endProposal(tx, ctx, former, 'replaced', 'Asked for anew')
      return ended.map((change) => ({ ...change, action: 'proposal:withdraw' }))
    }
    await tx
      .update(proposals)
      .set({ decision: 'expired', decidedAt: former.expiresAt })
      .where(eq(proposals.id, former.id))
    return []
  })
}

/** Null where another one of the very same waits since a moment ago. */
async function insertProposal(
  tx: Tx,
  ctx: Context,
  { action, input, title, reason, needsAllClients }: WideAction,
  reach: readonly Reach[],
): Promise<Pick<ProposalRow, 'id' | 'expiresAt'> | null> {
  if (ctx.actor.kind === 'system') throw new Error('a proposal is made by a person')
  const [made] = await tx
    .insert(proposals)
    .values({
      ...{ mspId: ctx.mspId, action, input, title, reason, needsAllClients, reach: [...reach] },
      deviceCount: countDevices(reach),
      clientIds: reach.map((one) => one.clientId),
      proposedBy: ctx.actor.userId,
      proposedByName: ctx.actor.name,
      proposedAt: ctx.now,
      expiresAt: new Date(ctx.now.getTime() + proposalMs),
    })
    .onConflictDoNothing()
    .returning({ id: proposals.id, expiresAt: proposals.expiresAt })
  return made ?? null
}
