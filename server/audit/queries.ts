import { and, asc, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm'
import { auditHeads, auditRecords, auditSeals, auditUnsealed } from '../../db/schema/records.ts'
import { clients, msps } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import { type Can, no, yes } from '../can.ts'
import { getClientRow } from '../clients/queries.ts'
import { seeArchived } from '../clients/see-archived.ts'
import type { Context } from '../context.ts'
import { missingPermission } from '../permissions.ts'
import { uuids } from '../uuid-array.ts'
import type { ListAudit } from './schema.ts'

const pageRows = 50
const exportRows = 500
/** The people to choose from are those of the newest records: a log of years is not read for a list of names. */
const recentRows = 2_000

/** One page of the audit log, newest first, with the keys of its neighbours (null = none). *Not found* for a client they may not see. */
export function listAudit(ctx: Context, input: ListAudit) {
  return read(ctx, 'audit:read', async (tx) => {
    await seeArchived(tx)
    if (input.clientId) await getClientRow(tx, input.clientId)
    const found = await findRecords(tx, and(visibleTo(ctx), matching(input)), input, pageRows)
    return { ...found, actors: await listActors(tx, visibleTo(ctx)), canExport: mayExport(ctx), asOf: ctx.now }
  })
}

function mayExport(ctx: Context): Can {
  return ctx.permissions.has('audit:export') ? yes : no(missingPermission('audit:export'))
}

/** One page of the filtered log for a file: `after` is the id of the last record of the page before. */
export async function findExportPage(tx: Tx, ctx: Context, input: ListAudit, after: number | null) {
  await seeArchived(tx)
  if (input.clientId) await getClientRow(tx, input.clientId)
  const place = { before: after ?? undefined, after: undefined }
  return findRecords(tx, and(visibleTo(ctx), matching(input)), place, exportRows)
}

/**
 * How far the chain has come, for who sees the whole MSP; null for others, whom its length would tell of clients they do not know.
 * The newest seal is what somebody copies to prove later that nothing before it was altered.
 */
export function getChainState(ctx: Context) {
  return read(ctx, 'audit:read', async (tx) => {
    if (ctx.clients !== 'all') return null
    const ofMsp = eq(auditSeals.mspId, ctx.mspId)
    const [seal] = await tx.select().from(auditSeals).where(ofMsp).orderBy(desc(auditSeals.position)).limit(1)
    const [head] = await tx
      .select({ day: auditHeads.day, signedAt: auditHeads.signedAt })
      .from(auditHeads)
      .where(eq(auditHeads.mspId, ctx.mspId))
      .orderBy(desc(auditHeads.day))
      .limit(1)
    const waiting = await tx.$count(auditUnsealed, eq(auditUnsealed.mspId, ctx.mspId))
    const [msp] = await tx.select({ slug: msps.slug }).from(msps)
    return {
      sealedUpTo: seal?.sealedAt ?? null,
      waiting,
      head: head ?? null,
      /** As `npm run audit:verify -- --head` takes it. */
      tip: seal && msp ? `${msp.slug}:${seal.position}:${seal.hash}` : null,
      asOf: ctx.now,
    }
  })
}

/**
 * Row-level security shows records of the whole MSP to every member; their words may name software or clients that a person
 * with some clients does not know, so these people see the records of their own clients only. Said plainly, so that an index finds them.
 */
const visibleTo = ({ mspId, clients }: Context): SQL | undefined =>
  clients === 'all'
    ? eq(auditRecords.mspId, mspId)
    : and(eq(auditRecords.mspId, mspId), sql`${auditRecords.clientId} = any (${uuids(clients)})`)

function matching({ clientId, actor, action, outcome }: ListAudit): SQL | undefined {
  return and(
    clientId ? eq(auditRecords.clientId, clientId) : undefined,
    actor === 'system' ? eq(auditRecords.actorKind, 'system') : actor ? eq(auditRecords.actorId, actor) : undefined,
    action ? eq(auditRecords.action, action) : undefined,
    outcome ? eq(auditRecords.outcome, outcome) : undefined,
  )
}

async function findRecords(tx: Tx, where: SQL | undefined, { before, after }: ListAudit, limit: number) {
  const isBackwards = after !== undefined && before === undefined
  const rows = await tx
    .select({ record: auditRecords, clientName: clients.name })
    .from(auditRecords)
    .leftJoin(clients, and(eq(clients.mspId, auditRecords.mspId), eq(clients.id, auditRecords.clientId)))
    .where(
      and(
        where,
        before ? lt(auditRecords.id, before) : undefined,
        isBackwards ? gt(auditRecords.id, after) : undefined,
      ),
    )
    .orderBy(isBackwards ? asc(auditRecords.id) : desc(auditRecords.id))
    .limit(limit + 1)
  const hasMore = rows.length > limit
  const page = rows.slice(0, limit)
  if (isBackwards) page.reverse()
  const records = page.map(({ record: { mspId: _, ...record }, clientName }) => ({ ...record, clientName }))
  const newest = records[0]?.id
  const oldest = records.at(-1)?.id
  return {
    records,
    olderThan: (isBackwards || hasMore) && oldest ? oldest : null,
    newerThan: (isBackwards ? hasMore : before !== undefined) && newest ? newest : null,
  }
}

async function listActors(tx: Tx, where: SQL | undefined) {
  const recent = tx
    .select({ id: auditRecords.actorId, kind: auditRecords.actorKind, name: auditRecords.actorName })
    .from(auditRecords)
    .where(where)
    .orderBy(desc(auditRecords.id))
    .limit(recentRows)
    .as('recent')
  const rows = await tx.selectDistinctOn([recent.id]).from(recent).orderBy(recent.id)
  const people = rows.flatMap(({ id, name, kind }) => (kind === 'system' ? [] : [{ id, name, kind }]))
  return people.sort((a, b) => a.name.localeCompare(b.name))
}
