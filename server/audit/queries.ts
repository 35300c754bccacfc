import { and, asc, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm'
import { auditRecords } from '../../db/schema/records.ts'
import { clients } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { uuids } from '../uuid-array.ts'
import type { ListAudit } from './schema.ts'

const pageRows = 50
/** The people to choose from are those of the newest records: a log of years is not read for a list of names. */
const recentRows = 2_000

/** One page of the audit log, newest first, with the keys of its neighbours (null = none). *Not found* for a client they may not see. */
export function listAudit(ctx: Context, input: ListAudit) {
  return read(ctx, 'audit:read', async (tx) => {
    if (input.clientId) await getClientRow(tx, input.clientId)
    const found = await findRecords(tx, and(visibleTo(ctx), matching(input)), input)
    return { ...found, actors: await listActors(tx, visibleTo(ctx)), asOf: ctx.now }
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

function matching({ clientId, actor, action }: ListAudit): SQL | undefined {
  return and(
    clientId ? eq(auditRecords.clientId, clientId) : undefined,
    actor === 'system' ? eq(auditRecords.actorKind, 'system') : actor ? eq(auditRecords.actorId, actor) : undefined,
    action ? eq(auditRecords.action, action) : undefined,
  )
}

async function findRecords(tx: Tx, where: SQL | undefined, { before, after }: ListAudit) {
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
    .limit(pageRows + 1)
  const hasMore = rows.length > pageRows
  const page = rows.slice(0, pageRows)
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
  const people = rows.filter((row) => row.kind === 'person').map(({ id, name }) => ({ id, name }))
  return people.sort((a, b) => a.name.localeCompare(b.name))
}
