import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from './testing.ts'

const golden = new URL('foreign-keys.golden.txt', import.meta.url)

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
})
afterAll(() => database?.drop())

const listKeys = async () => {
  const rows = await database.owner<{ line: string }[]>`
    select k.conrelid::regclass || ' ' || pg_get_constraintdef(k.oid) as line from pg_constraint k
    join pg_namespace n on n.oid = k.connamespace where k.contype = 'f' and n.nspname in ('public', 'auth') order by 1`
  return rows.map(({ line }) => line)
}

// A key that is gone, or that carries the MSP and no more the client, is a visible change of the file.
test('every foreign key is the one that was agreed', async () => {
  expect(`${(await listKeys()).join('\n')}\n`).toBe(await readFile(golden, 'utf8'))
})

test('one that is gone is seen', async () => {
  const before = await listKeys()
  await database.owner`alter table sites drop constraint sites_msp_id_client_id_clients_msp_id_id_fk`
  expect(await listKeys()).toHaveLength(before.length - 1)
})
