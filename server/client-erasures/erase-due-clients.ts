import { eq, sql } from 'drizzle-orm'
import { clientErasures, type ErasureProof } from '../../db/schema/tenancy.ts'
import { acrossTenants, perform, type Tx } from '../access.ts'
import { clientTables } from '../clients/client-tables.ts'
import type { Context } from '../context.ts'
import { keptSentence, outliving } from './rules.ts'

/** Rows that one transaction deletes, and one link of a digest covers. */
const batchRows = 5_000
/** Tables whose rows of the client go. */
export const erasedTables = clientTables.filter((table) => !outliving.includes(table.name))

interface Due extends Record<string, unknown> {
  id: string
  msp_id: string
  client_id: string
}

/**
 * The erasure sweep: deletes what belongs to clients whose waiting time is over, in bounded batches, and writes the proof as it goes, so that
 * another process goes on where this one ended. Answers how many batches it did, at most `batches`: more than none means there may be more.
 */
export async function eraseDueClients(contextOf: (mspId: string) => Context, batches = 200): Promise<number> {
  // By the clock of the database, as its own policies have it.
  const due = await acrossTenants('due erasures', (tx) =>
    tx.execute<Due>(sql`select id, msp_id, client_id from client_erasures
      where cancelled_at is null and erased_at is null and due_at <= now() order by due_at limit 20`),
  )
  let done = 0
  for (const one of due) {
    if (!(await acrossTenants('erasure begins', (tx) => beginErasure(tx, one)))) continue
    for (let place = 0; done < batches; done++) {
      const next = await acrossTenants('erasure', (tx) => eraseBatch(tx, one, place))
      if (next === 'busy') break
      if (next === 'empty') {
        await finish(contextOf(one.msp_id), one)
        break
      }
      place = next
    }
  }
  return done
}

/**
 * In one transaction, once: from now on nobody may cancel it, its devices are refused at the door so that none brings anything new, and what
 * names the client elsewhere goes while it can still be told whose it is. False where it was cancelled or another process is at it.
 */
async function beginErasure(tx: Tx, due: Due): Promise<boolean> {
  const standing = await lockErasure(tx, due)
  if (!standing || standing.proof) return standing !== null
  const { msp_id: mspId, client_id: clientId } = due
  await tx.execute(sql`update devices set retired_at = now()
    where msp_id = ${mspId} and client_id = ${clientId} and retired_at is null`)
  const named = await tx.execute<{ name: string; erased: number; digest: string }>(
    sql`select name, erased, digest from erasure.erase_names(${mspId}::uuid, ${clientId}::uuid)`,
  )
  const tables = named
    .filter((one) => one.erased > 0)
    .map((one) => ({ table: one.name, rows: one.erased, sha256: one.digest }))
  await writeProof(tx, due, { batchRows, tables, kept: keptSentence })
  return true
}

/** The erasure while it is due, locked; null where it is not, or another process is at it. */
async function lockErasure(tx: Tx, { id, msp_id: mspId }: Due): Promise<{ proof: ErasureProof | null } | null> {
  const [row] = await tx.execute<{ proof: ErasureProof | null }>(sql`select proof from client_erasures
    where msp_id = ${mspId} and id = ${id} and cancelled_at is null and erased_at is null and due_at <= now() for update skip locked`)
  return row ?? null
}

async function writeProof(tx: Tx, { id, msp_id: mspId }: Due, proof: ErasureProof): Promise<void> {
  const tables = [...proof.tables].sort((a, b) => a.table.localeCompare(b.table))
  await tx.execute(
    sql`update client_erasures set proof = ${JSON.stringify({ ...proof, tables })}::jsonb where msp_id = ${mspId} and id = ${id}`,
  )
}

/** Erases the next rows, beginning with the table at `from`. Answers where to go on. */
async function eraseBatch(tx: Tx, due: Due, from: number): Promise<number | 'busy' | 'empty'> {
  const { msp_id: mspId, client_id: clientId } = due
  const proof = (await lockErasure(tx, due))?.proof
  if (!proof) return 'busy'
  for (const [place, { name }] of erasedTables.entries()) {
    if (place < from) continue
    const known = proof.tables.find((entry) => entry.table === name)
    const [answer] = await tx.execute<{ erased: number; digest: string }>(sql`select erased, digest
      from erasure.erase_rows(${mspId}::uuid, ${clientId}::uuid, ${name}, ${proof.batchRows}::int, ${known?.sha256 ?? ''})`)
    if (!answer || answer.erased === 0) continue
    const entry = { table: name, rows: (known?.rows ?? 0) + answer.erased, sha256: answer.digest }
    await writeProof(tx, due, { ...proof, tables: [...proof.tables.filter((other) => other.table !== name), entry] })
    return place
  }
  // What arrived meanwhile in a table that was empty already is found by one more look at all of them.
  return from > 0 ? 0 : 'empty'
}

function finish(ctx: Context, { id, client_id: clientId }: Due): Promise<void> {
  return perform(ctx, 'client:complete-erasure', async (tx) => {
    const [row] = await tx
      .update(clientErasures)
      .set({ erasedAt: ctx.now })
      .where(eq(clientErasures.id, id))
      .returning()
    if (!row) throw new Error('the erasure is gone')
    const rows = (row.proof?.tables ?? []).reduce((sum, table) => sum + table.rows, 0)
    return {
      value: undefined,
      changes: [
        {
          clientId,
          subject: { kind: 'client', id: clientId, name: row.clientName },
          reason: row.reason,
          details: {
            rows,
            tables: row.proof?.tables.map((table) => `${table.table} ${table.rows} ${table.sha256}`) ?? [],
          },
        },
      ],
    }
  })
}
