import { and, desc, gt, inArray, not, or } from 'drizzle-orm'
import { proposals } from '../../db/schema/records.ts'
import { clients, msps } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import { withArchived } from '../clients/see-archived.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { proposableOf } from './proposable.ts'
import { factsOf, isOpenSql, isShutSql, type ProposalRow } from './proposal-rows.ts'
import { archivedReason, countDevices, proposalCan, proposalState, type Reach } from './rules.ts'
import { type ToldProposal, tellProposal } from './tell-proposal.ts'

/** Ended ones are told for so long; the audit log keeps them for good. */
const endedDays = 30

/**
 * What waits for a second person, each with whom it would reach now, and what ended in the last month: the newest `mostEnded`, and whether there
 * are more. What reached a client that is archived now is told too: its people read how it ended.
 */
export function listProposals(ctx: Context, mostEnded = 50) {
  return read(ctx, 'proposal:read', async (tx) => {
    const open = await findOpenProposals(tx, ctx)
    const found = await withArchived(tx, () =>
      tx
        .select()
        .from(proposals)
        .where(
          and(
            or(not(isOpenSql(ctx.now)), isShutSql),
            gt(proposals.proposedAt, new Date(ctx.now.getTime() - endedDays * 86_400_000)),
          ),
        )
        .orderBy(desc(proposals.proposedAt), desc(proposals.id))
        .limit(mostEnded + 1),
    )
    const ended = found.slice(0, mostEnded)
    const [msp] = await tx.select({ devicesPerHour: msps.devicesPerHour }).from(msps)
    const named = await findNamed(tx, [...open, ...ended])
    const nameOf: NameOf = (clientId) => named.get(clientId)?.name ?? 'A client that is gone'
    const views: Awaited<ReturnType<typeof view>>[] = []
    // One after the other: that of an erasure sees archived clients while it counts, which its neighbours must not.
    for (const row of open) views.push(await view(tx, ctx, row, nameOf))
    return {
      open: views,
      ended: ended.map((row) => ({
        ...told(ctx, row),
        ...(proposalState(row, ctx.now) === 'open' ? endedWith(row.clientIds.map((id) => named.get(id))) : {}),
        reach: row.reach.map((one) => ({ ...one, name: nameOf(one.clientId) })),
      })),
      hasMoreEnded: found.length > ended.length,
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
async function view(tx: Tx, ctx: Context, row: ProposalRow, nameOf: NameOf) {
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

type Named = Pick<typeof clients.$inferSelect, 'name' | 'archivedAt'>
type NameOf = (clientId: string) => string

/** One that nobody ended by hand, since who archived its client did not see all that it reaches: see `isShutSql`. */
function endedWith(reached: readonly (Named | undefined)[]) {
  const archived = reached.find((one) => one?.archivedAt)
  return {
    state: 'withdrawn' as const,
    decidedAt: archived?.archivedAt ?? null,
    decisionReason: archivedReason(archived?.name ?? 'A client'),
  }
}

/** Also of archived ones: the erasure of one is what the second person is asked about. */
async function findNamed(tx: Tx, rows: readonly ProposalRow[]): Promise<ReadonlyMap<string, Named>> {
  const ids = [...new Set(rows.flatMap((row) => row.clientIds))]
  const named = await withArchived(tx, () =>
    tx
      .select({ id: clients.id, name: clients.name, archivedAt: clients.archivedAt })
      .from(clients)
      .where(inArray(clients.id, ids)),
  )
  return new Map(named.map(({ id, ...one }) => [id, one]))
}
