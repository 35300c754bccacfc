import type { Sql } from 'postgres'

/**
 * Moves what was stored since `since` to another time: every moment in the database that is not before `since` becomes `byMs` later (negative:
 * earlier). A test lets the real verbs happen now and puts them where the month that it is about has them, step by step, oldest first.
 * As the owner, past policies and triggers, in a database of the test's own.
 */
export async function shiftTime(owner: Sql, since: Date, byMs: number): Promise<void> {
  const columns = await owner<{ name: string; columns: string[] }[]>`
    select c.oid::regclass::text as name, array_agg(quote_ident(a.attname)) as columns from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.atttypid = 'timestamptz'::regtype
    group by 1`
  await owner.begin(async (tx) => {
    for (const table of columns) {
      const { name } = table
      await tx.unsafe(`alter table ${name} no force row level security; alter table ${name} disable trigger user`)
      const moved = (column: string) =>
        `case when ${column} >= $1 then ${column} + make_interval(secs => $2) else ${column} end`
      await tx.unsafe(
        `update ${name} set ${table.columns.map((column) => `${column} = ${moved(column)}`).join(', ')}
          where ${table.columns.map((column) => `${column} >= $1`).join(' or ')}`,
        [since, byMs / 1000],
      )
      await tx.unsafe(`alter table ${name} enable trigger user; alter table ${name} force row level security`)
    }
  })
}
