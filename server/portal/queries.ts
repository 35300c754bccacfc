import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { clientStatuses } from '../../db/schema/devices.ts'
import { reports } from '../../db/schema/reports.ts'
import { clients, msps } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import { noCounts } from '../clients/rules.ts'
import { findWaitingConsents } from '../consents/queries.ts'
import { actorName, type Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { isInForce } from '../exceptions/in-force.ts'
import { type ExceptionLine, findExceptions, isWaiting } from '../exceptions/queries.ts'
import { findAskedRollouts } from '../feedbacks/queries.ts'
import { findPolicies } from '../policies/find-policies.ts'
import { findBrand } from '../reports/delivery/find-look.ts'
import { findReport } from '../reports/queries.ts'
import { nextNights, nextOfRings } from '../windows/rules.ts'
import type { GetPortal, GetPortalReport } from './schema.ts'

const shownNights = 3
/** More than a person reads; the console has them all. */
const mostExceptions = 200

/**
 * How the computers of one organisation stand, for its own manager. *Not found* for another organisation's name and for one that is no
 * name. Counts are those the fleet sweep left; `countedAt` null = it has not been there yet.
 */
export function getPortal(ctx: Context, input: GetPortal) {
  return read(ctx, 'portal:read', async (tx) => {
    const { id, frame } = await findFrame(tx, ctx, input)
    const { timeZone } = frame.organisation
    const policy = (await findPolicies(tx, [id])).of(id)
    const [status] = await tx.select().from(clientStatuses).where(eq(clientStatuses.clientId, id))
    const { devices, compliant, rebootPending, silent, noData } = status ?? noCounts
    return {
      ...frame,
      computers: { all: devices, upToDate: compliant, waitForRestart: rebootPending, silent: silent + noData },
      countedAt: status?.refreshedAt ?? null,
      /** When updates may start next on any of its computers, and the nights after. */
      window: nextOfRings(policy, timeZone, ctx.now),
      nights: nextNights(policy, timeZone, ctx.now, shownNights),
      /** What goes in only with the organisation's yes. */
      consents: await findWaitingConsents(tx, id),
      exceptions: await findOwnExceptions(tx, ctx, id),
      /** Updates that changed computers in the last days, and of which nobody said yet how it went; the newest. */
      asked: (await findAskedRollouts(tx, ctx.now, sql`i.client_id = ${id}`))[0] ?? null,
      asOf: ctx.now,
    }
  })
}

/** What waits for an answer of either side, and what is kept off now; those that end first at the top. */
async function findOwnExceptions(tx: Tx, ctx: Context, clientId: string) {
  const now = sql`${ctx.now.toISOString()}::timestamptz`
  const rows = await findExceptions(tx, ctx.now, {
    where: sql`e.client_id = ${clientId} and (${isWaiting(now)} or ${isInForce(now)})`,
    order: sql`e.expires_at, e.id`,
    limit: mostExceptions,
  })
  const own = (line: ExceptionLine) => ({
    id: line.id,
    isEnding: line.isEnding,
    patch: { name: line.patch.name, version: line.patch.version },
    isAllVersions: line.isAllVersions,
    hostName: line.device?.hostName ?? null,
    tag: line.tag,
    computers: line.computers,
    ...{ reason: line.reason, owner: line.owner, measure: line.measure, lastDay: line.lastDay },
    askedBy: line.asked.by,
    agreed: line.answer && { by: line.answer.by, at: line.answer.at },
  })
  const asked = rows.filter((row) => row.state === 'asked')
  return {
    toSignOff: asked.filter((row) => row.asked.from === 'msp').map(own),
    waiting: asked.filter((row) => row.asked.from === 'client').map(own),
    inForce: rows.filter((row) => row.state === 'in-force').map(own),
  }
}

/** A monthly report of one organisation that was sent, or null before the first. *Not found* for a month without one, and as for `getPortal`. */
export function getPortalReport(ctx: Context, input: GetPortalReport) {
  return read(ctx, 'portal:read', async (tx) => {
    const { id, frame } = await findFrame(tx, ctx, input)
    const ofClient = eq(reports.clientId, id)
    const report = await findReport(
      tx,
      ctx,
      input.month ? and(ofClient, eq(reports.month, input.month)) : ofClient,
      true,
    )
    if (!report && input.month) throw notFound('This report')
    return { ...frame, report, asOf: ctx.now }
  })
}

/** What stands around every page: who looks after whom, and the other organisations of the same manager. */
async function findFrame(tx: Tx, ctx: Context, input: GetPortal) {
  const [msp] = await tx.select({ slug: msps.slug, name: msps.name }).from(msps)
  const organisations = await tx
    .select({ id: clients.id, slug: clients.slug, name: clients.name, timeZone: clients.timeZone })
    .from(clients)
    .where(isNull(clients.archivedAt))
    .orderBy(asc(clients.name), asc(clients.id))
  const organisation = input.client ? organisations.find(({ slug }) => slug === input.client) : organisations[0]
  if (!msp || !organisation) throw notFound('This page')
  const { id, slug, name, timeZone } = organisation
  return {
    id,
    frame: {
      msp: { ...msp, brand: await findBrand(tx) },
      person: { name: actorName(ctx.actor) },
      organisation: { id, slug, name, timeZone },
      organisations: organisations.map((one) => ({ slug: one.slug, name: one.name })),
    },
  }
}
