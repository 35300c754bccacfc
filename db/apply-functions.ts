import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Sql } from 'postgres'

const folder = fileURLToPath(new URL('./functions', import.meta.url))
/** Not a function: who may call them, said once all are there. */
const grantsFile = 'grants.sql'

/** Each function of schema `door` as its file has it, by file name. */
export async function readFunctions(): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql') && name !== grantsFile).sort()
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  )
}

/**
 * Puts today's door functions in place, in one transaction after the tables are today's: a file holds one function and is
 * changed where it stands. `owner` needs nothing but its membership in door_definer. Safe to repeat.
 */
export async function applyFunctions(owner: Sql): Promise<void> {
  const functions = await readFunctions()
  const grants = await readFile(join(folder, grantsFile), 'utf8')
  await owner.begin(async (tx) => {
    await tx`grant create on schema door to door_definer`
    // To call the few functions that grants.sql names for them; nothing else there is theirs.
    await tx`grant usage on schema door to app_web, app_worker, app_across`
    await tx`set local role door_definer`
    // One may call another that comes later in the alphabet; the tests call them all.
    await tx`set local check_function_bodies = off`
    for (const text of functions.values()) await tx.unsafe(text)
    await tx.unsafe(grants)
    await tx`reset role`
    await tx`revoke create on schema door from door_definer`
  })
}
