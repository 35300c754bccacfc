import type { Sql } from 'postgres'

const policy = 'owner_migrates'

/**
 * Runs `work` while the owner sees the rows of its own tables, which row-level security is forced upon: a new foreign key is checked by reading
 * both tables as the owner, and would find every row without its other end, or none to check. Nobody else gains anything by it.
 */
export async function seeingRows(owner: Sql, work: () => Promise<void>): Promise<void> {
  const walled = await owner<{ name: string }[]>`select c.oid::regclass::text as name from pg_class c
    where c.relkind = 'r' and c.relforcerowsecurity and pg_get_userbyid(c.relowner) = current_user order by 1`
  for (const { name } of walled)
    await owner.unsafe(`create policy ${policy} on ${name} for all to current_user using (true) with check (true)`)
  try {
    await work()
  } finally {
    await hideRows(owner)
  }
}

/** Also what an earlier run left behind that was killed. */
export async function hideRows(owner: Sql): Promise<void> {
  const open = await owner<
    { name: string }[]
  >`select polrelid::regclass::text as name from pg_policy where polname = ${policy} order by 1`
  for (const { name } of open) await owner.unsafe(`drop policy ${policy} on ${name}`)
}
