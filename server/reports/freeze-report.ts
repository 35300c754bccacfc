import { createHash } from 'node:crypto'
import { and, desc, eq, lt } from 'drizzle-orm'
import { canonicalJson } from '../../agent/wire/canonical-json.ts'
import { reportFiles, reports } from '../../db/schema/reports.ts'
import { clients, msps } from '../../db/schema/tenancy.ts'
import { type Outcome, perform, type Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { actorName, type Context } from '../context.ts'
import type { RulePack } from '../due-dates/packs/form.ts'
import { ownPackId } from '../due-dates/packs/own.ts'
import { findPacksInForce } from '../due-dates/queries.ts'
import { notFound } from '../errors.ts'
import { findExceptionsOfMonth } from '../exceptions/find-exceptions-of-month.ts'
import { sayReach } from '../exceptions/rules.ts'
import { findPolicyInForce } from '../policies/queries.ts'
import { countMonth } from './count-month.ts'
import { type Report, readReport, reportSchema } from './document.ts'
import { boundsOf } from './months.ts'
import { renderReportPdf } from './render-pdf.ts'
import { plainLook } from './report-look.ts'
import { correctionSentence } from './rules.ts'

/**
 * Counts a month of one client and freezes it. What is frozen already stays: then nothing happens and `isNew` is false, so that a job may ask
 * again. Throws *not found* for a client that is not there or is archived, and a plain error for a month that is not over: the job was early.
 */
export function freezeReport(
  ctx: Context,
  { clientId, month }: { clientId: string; month: string },
): Promise<{ isNew: boolean }> {
  return perform(ctx, 'report:freeze', async (tx): Promise<Outcome<{ isNew: boolean }>> => {
    const change = await freezeRevision(tx, ctx, {
      ...{ clientId, month, correction: '', before: null },
      madeBy: actorName(ctx.actor),
    })
    return { value: { isNew: change !== null }, changes: change ? [change] : [] }
  })
}

/** What is counted, and why anew. */
export interface Revision {
  clientId: string
  month: string
  /** Why the revision before was wrong, and which it was; empty and null for the first. A month keeps the zone it was first counted in. */
  correction: string
  before: { revision: number; countedAt: Date; timeZone: string } | null
  madeBy: string
}

/** Counts and stores one revision with its file, or answers null where it is there already. */
export async function freezeRevision(
  tx: Tx,
  ctx: Context,
  { clientId, month, correction, before, madeBy }: Revision,
): Promise<Change | null> {
  const report = await writeReport(tx, ctx, { clientId, month, timeZone: before?.timeZone })
  const document = canonicalJson(report)
  const revision = (before?.revision ?? 0) + 1
  const contentHash = createHash('sha256').update(document).digest('hex')
  const [frozen] = await tx
    .insert(reports)
    .values({
      ...{ mspId: ctx.mspId, clientId, month, revision, correction, document, contentHash },
      ...{ countedAt: ctx.now, madeBy },
    })
    .onConflictDoNothing()
    .returning({ id: reports.id })
  if (!frozen) return null
  const words = { correction, timeZone: report.client.timeZone, now: ctx.now }
  const pdf = await renderReportPdf(report, plainLook, { note: '', correction: correctionSentence(words, before) })
  await tx.insert(reportFiles).values({ mspId: ctx.mspId, clientId, reportId: frozen.id, pdf })
  const subject = { kind: 'report' as const, id: frozen.id, name: `${month} of ${report.client.name}` }
  return { clientId, subject, ...(correction ? { reason: correction, details: { revision } } : {}) }
}

/** The report of a month in a zone, without one in that of the client: what would be frozen. */
export async function writeReport(
  tx: Tx,
  ctx: Context,
  { clientId, month, timeZone }: { clientId: string; month: string; timeZone?: string | undefined },
): Promise<Report> {
  const [client] = await tx
    .select({ name: clients.name, timeZone: clients.timeZone, archivedAt: clients.archivedAt })
    .from(clients)
    .where(eq(clients.id, clientId))
  const [msp] = await tx.select({ name: msps.name }).from(msps)
  if (!client || client.archivedAt || !msp) throw notFound('This client')
  const zone = timeZone ?? client.timeZone
  const { from, to } = boundsOf(month, zone)
  if (ctx.now < to) throw new Error(`${month} is not over in ${zone}`)
  const { label, policy } = await findPolicyInForce(tx, clientId)
  return reportSchema.parse({
    ...{ form: 2, month, from: from.toISOString(), to: to.toISOString() },
    ...{ standsAt: to.toISOString(), countedAt: ctx.now.toISOString() },
    ...{ msp: { name: msp.name }, client: { name: client.name, timeZone: zone }, policy: label },
    asks: (await findPacksInForce(tx, clientId, policy.dueDays)).map(nameOf),
    exceptions: await findExceptions(tx, clientId, { from, to }),
    before: await findBefore(tx, clientId, month),
    ...(await countMonth(tx, clientId, { from, to })),
  } satisfies Report)
}

async function findExceptions(
  tx: Tx,
  clientId: string,
  month: { from: Date; to: Date },
): Promise<Report['exceptions']> {
  const lines = await findExceptionsOfMonth(tx, clientId, month)
  return lines.map(({ patch, isAllVersions, device, tag, reason, owner, measure, lastDay, answer, state }) => ({
    patch: isAllVersions ? `${patch.name}, all versions` : `${patch.name} ${patch.version}`,
    reach: sayReach({ hostName: device?.hostName ?? null, tag }),
    ...{ reason, owner, measure, lastDay, agreedBy: answer?.by ?? '' },
    isInForce: state === 'in-force',
  }))
}

/** The eleven months before that have a report, by their newest revisions, the oldest first. */
async function findBefore(tx: Tx, clientId: string, month: string): Promise<Report['before']> {
  const rows = await tx
    .selectDistinctOn([reports.month], { month: reports.month, document: reports.document })
    .from(reports)
    .where(and(eq(reports.clientId, clientId), lt(reports.month, month)))
    .orderBy(desc(reports.month), desc(reports.revision))
    .limit(11)
  return rows
    .map((row) => ({ month: row.month, computers: readReport(row.document).computers }))
    .map(({ month: before, computers }) => ({ month: before, all: computers.all, protected: computers.protected }))
    .reverse()
}

/** A pack with its version; the policy's own rule has that of the policy, which stands beside it. Within a sentence. */
const nameOf = (pack: RulePack) => (pack.id === ownPackId ? 'the policy' : `${pack.title} ${pack.version}`)
