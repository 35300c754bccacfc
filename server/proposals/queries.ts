import { and, desc, gt, inArray, sql } from 'drizzle-orm'
import { proposals } from '../../db/schema/records.ts'
import { clients, msps } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import { withArchived } from '../clients/see-archived.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { proposableOf } from './proposable.ts'
import { factsOf, isOpenSql, type ProposalRow } from './proposal-rows.ts'
import { countDevices, proposalCan, proposalState, type Reach } from './rules.ts'
import { type ToldProposal, tellProposal } from './tell-proposal.ts'

/** Ended ones are told for so long; the audit log keeps them for good. */
const endedDays = 30

/** What waits for a second person, each with whom it would reach now, and what ended in the last month: the newest `mostEnded`. */
export function listProposals(ctx: Context, mostEnded = 50) {
  return read(ctx, 'proposal:read', async (tx) => {
    const open = await findOpenProposals(tx, ctx)
    const ended = await tx
      .select()
      .from(proposals)
      .where(
        and(
          sql`not ${isOpenSql(ctx.now)}`,
          gt(proposals.proposedAt, new Date(ctx.now.getTime() - endedDays * 86_400_000)),
        ),
      )
      .orderBy(desc(proposals.proposedAt))
      .limit(mostEnded)
    const [msp] = await tx.select({ devicesPerHour: msps.devicesPerHour }).from(msps)
    const nameOf = await findNames(tx, [...open, ...ended])
    const views: Awaited<ReturnType<typeof view>>[] = []
    // One after the other: that of an erasure sees archived clients while it counts, which its neighbours must not.
    for (const row of open) views.push(await view(tx, ctx, row, nameOf))
    return {
      open: views,
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
  return tx.select().from(proposals).where(isOpenSql(ctx.now)).orderBy(proposals.expiresAt)
}

/** The reach is counted as it is now: the number that the second person types. What cannot be done any more is not confirmed, and says why. */
async function view(tx: Tx, ctx: Context, row: ProposalRow, nameOf: (id: string) => string) {
  const { reach: now, fault, lines, shown } = await look(tx, ctx, row)
  const facts = { ...factsOf(ctx, row), fault }
  return {
    ...told(ctx, row),
    reach: now.filter((one) => one.devices > 0).map((one) => ({ ...one, name: nameOf(one.clientId) })),
    devices: countDevices(now),
    lines,
    shown,
    may: {
      confirm: proposalCan.confirm(facts),
      reject: proposalCan.reject(facts),
      withdraw: proposalCan.withdraw(facts),
    },
  }
}

/** As it was asked for, with the reason, where it cannot be done any more: what it was about may be gone. */
async function look(
  tx: Tx,
  ctx: Context,
  row: ProposalRow,
): Promise<ToldProposal & { reach: readonly Reach[]; fault: string | null }> {
  try {
    const reach = await proposableOf(row).findReach(tx, ctx, row.input)
    return { reach, fault: null, ...(await tellProposal(tx, ctx, row)) }
  } catch (error) {
    if (error instanceof DomainError) return { reach: row.reach, fault: error.message, lines: [], shown: '' }
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

/** Also of an archived one: its erasure is what the second person is asked about. */
async function findNames(tx: Tx, rows: readonly ProposalRow[]): Promise<(clientId: string) => string> {
  const ids = [...new Set(rows.flatMap((row) => row.clientIds))]
  const named = await withArchived(tx, () =>
    tx.select({ id: clients.id, name: clients.name }).from(clients).where(inArray(clients.id, ids)),
  )
  const names = new Map(named.map((one) => [one.id, one.name]))
  return (clientId) => names.get(clientId) ?? 'A client that is gone'
}
