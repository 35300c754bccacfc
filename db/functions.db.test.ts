import { afterAll, beforeAll, expect, test } from 'vitest'
import { readFunctions } from './apply-functions.ts'
import { cloneDatabase, type TestDatabase } from './testing.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
})
afterAll(() => database.drop())

test('each door function stands in the file of its name, word for word, and runs as the role that owns nothing else', async () => {
  const rows = await database.owner<{ name: string; body: string; owner: string; guarded: boolean }[]>`
    select p.proname as name, p.prosrc as body, pg_get_userbyid(p.proowner) as owner,
      coalesce('search_path=pg_catalog, public, pg_temp' = any (p.proconfig), false) or not p.prosecdef as guarded
    from pg_proc p where p.pronamespace = 'door'::regnamespace order by 1`
  const files = await readFunctions()
  expect(rows.map(({ name }) => `${name.replaceAll('_', '-')}.sql`)).toEqual([...files.keys()].sort(byName))
  for (const { name, body, owner, guarded } of rows) {
    expect(files.get(`${name.replaceAll('_', '-')}.sql`), name).toContain(body)
    expect({ name, owner, guarded }).toEqual({ name, owner: 'door_definer', guarded: true })
  }
})

const byName = (a: string, b: string) => (a.replaceAll('-', '_') < b.replaceAll('-', '_') ? -1 : 1)
