import { and, desc, gt, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { proposals } from '../../db/schema/records.ts'
import { clients, msps } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import type { Action } from '../permissions.ts'
import { proposable } from './proposable.ts'
import { factsOf, type ProposalRow } from './proposal-rows.ts'
import { countDevices, proposalCan, proposalState, type Reach } from './rules.ts'

/** Ended ones are told for so long; the audit log keeps them for good. */
const endedDays = 30
const mostEnded = 50

/** What waits for a second person, each with whom it would reach now, and what ended in the last month. */
export function listProposals(ctx: Context) {
  return read(ctx, 'proposal:read', async (tx) => {
    const open = await tx.select().from(proposals).where(isOpen(ctx)).orderBy(proposals.expiresAt)
    const ended = await tx
      .select()
      .from(proposals)
      .where(
        and(sql`not (${isOpen(ctx)})`, gt(proposals.proposedAt, new Date(ctx.now.getTime() - endedDays * 86_400_000))),
      )
      .orderBy(desc(proposals.proposedAt))
      .limit(mostEnded)
    const [msp] = await tx.select({ devicesPerHour: msps.devicesPerHour }).from(msps)
    const nameOf = await findNames(tx, [...open, ...ended])
    return {
      open: await Promise.all(open.map((row) => view(tx, ctx, row, nameOf))),
      ended: ended.map((row) => ({
        ...told(ctx, row),
        reach: row.reach.map((one) => ({ ...one, name: nameOf(one.clientId) })),
      })),
      devicesPerHour: msp?.devicesPerHour ?? 0,
      asOf: ctx.now,
    }
  })
}

/** Open proposals, for the overview and the navigation. */
export async function findOpenProposals(tx: Tx, ctx: Context): Promise<ProposalRow[]> {
  return tx.select().from(proposals).where(isOpen(ctx)).orderBy(proposals.expiresAt)
}

const isOpen = (ctx: Context): SQL | undefined => and(isNull(proposals.decision), gt(proposals.expiresAt, ctx.now))

/** The reach is counted as it is now: the number that the second person types. */
async function view(tx: Tx, ctx: Context, row: ProposalRow, nameOf: (id: string) => string) {
  const now = await findReach(tx, ctx, row)
  const facts = factsOf(ctx, row)
  return {
    ...told(ctx, row),
    reach: now.filter((one) => one.devices > 0).map((one) => ({ ...one, name: nameOf(one.clientId) })),
    devices: countDevices(now),
    may: {
      confirm: proposalCan.confirm(facts),
      reject: proposalCan.reject(facts),
      withdraw: proposalCan.withdraw(facts),
    },
  }
}

/** As far as it can be said: what it was about may be gone. */
async function findReach(tx: Tx, ctx: Context, row: ProposalRow): Promise<readonly Reach[]> {
  // Written by this product: the name of an action, perhaps of another version.
  const found = proposable[row.action as Action]
  if (!found) return row.reach
  try {
    return await found.findReach(tx, ctx, row.input)
  } catch (error) {
    if (error instanceof DomainError) return row.reach
    throw error
  }
}

function told(ctx: Context, row: ProposalRow) {
  const { id, action, title, deviceCount, reason, proposedByName, proposedAt, expiresAt, decidedByName, decidedAt } =
    row
  return {
    ...{ id, action, title, deviceCount, reason, proposedByName, proposedAt, expiresAt, decidedByName, decidedAt },
    state: proposalState(row, ctx.now),
    decisionReason: row.decisionReason,
  }
}

async function findNames(tx: Tx, rows: readonly ProposalRow[]): Promise<(clientId: string) => string> {
  const ids = [...new Set(rows.flatMap((row) => row.clientIds))]
  const named = ids.length
    ? await tx.select({ id: clients.id, name: clients.name }).from(clients).where(inArray(clients.id, ids))
    : []
  const names = new Map(named.map((one) => [one.id, one.name]))
  return (clientId) => names.get(clientId) ?? 'A client that is gone'
}
