import { type SQL, sql } from 'drizzle-orm'
import { read, type Tx } from '../access.ts'
import type { ClientTable } from '../clients/client-tables.ts'
import { seeArchived } from '../clients/see-archived.ts'
import type { Context } from '../context.ts'
import { secretColumns } from './secret-columns.ts'

const pageRows = 500

export type Row = Record<string, unknown>
export interface RowPage {
  rows: Row[]
  /** Where the next page begins: the keys of the last row as text; null at the end. */
  next: string[] | null
}

/** The columns of a table that an export shows. */
export const shownColumns = (table: ClientTable): string[] =>
  table.columns.filter((column) => !secretColumns[table.name]?.includes(column))

/** One page of what a table holds of one client, in the order of its keys, as PostgreSQL writes it to JSON. Under the rights of `ctx`. */
export function readClientRows(
  ctx: Context,
  table: ClientTable,
  clientId: string,
  after: string[] | null,
): Promise<RowPage> {
  const readPage = async (tx: Tx) => {
    await seeArchived(tx)
    const name = sql.identifier(table.name)
    const keys = table.keys.map((key) => sql.identifier(key.name))
    const place = after
      ? sql`and (${list(keys)}) > (${list(table.keys.map((key, at) => typed(after[at], key.type)))})`
      : sql``
    const found = await tx.execute<{ row: Row; keys: string[] }>(sql`
      select to_jsonb(t) - ${`{${(secretColumns[table.name] ?? []).join(',')}}`}::text[] as row, array[${list(keys.map((key) => sql`${key}::text`))}] as keys
      from ${name} t where t.msp_id = ${ctx.mspId} and t.${sql.identifier(table.clientColumn)} = ${clientId} ${place}
      order by ${list(keys)} limit ${pageRows}`)
    return { rows: found.map((one) => one.row), next: found.length < pageRows ? null : (found.at(-1)?.keys ?? null) }
  }
  return read(ctx, 'client:export', readPage, 'long')
}

const list = (parts: readonly SQL[] | readonly ReturnType<typeof sql.identifier>[]) => sql.join([...parts], sql`, `)
const typed = (value: string | undefined, type: string) => sql`${value ?? ''}::${sql.raw(type)}`
