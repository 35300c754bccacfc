import { afterAll, beforeAll, expect, test } from 'vitest'
import { unstamped } from '../api/canary.columns.ts'
import { withAllRows } from '../api/canary.world.ts'
import { openTenancy } from '../auth/testing.ts'
import { erasedTables } from '../client-erasures/erase-due-clients.ts'
import { emptiedOfNames, keptTexts, outliving } from '../client-erasures/rules.ts'
import { type AtErasure, heldData, impersonal } from './rules.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
beforeAll(async () => {
  tenancy = await openTenancy()
})
afterAll(() => tenancy.close())

/** Every table with a text that is no word of ours. */
const listTables = () =>
  withAllRows(tenancy.database.owner, async (tx) => {
    const columns = await tx<{ name: string; table: string }[]>`
      select case table_schema when 'public' then '' else table_schema || '.' end || table_name as table,
        case table_schema when 'public' then '' else table_schema || '.' end || table_name || '.' || column_name as name
      from information_schema.columns c join information_schema.tables using (table_schema, table_name)
      where table_schema in ('public', 'auth') and table_type = 'BASE TABLE'
        and (data_type in ('text', 'jsonb', 'json', 'character varying') or (data_type = 'ARRAY' and udt_name = '_text'))`
    return [...new Set(columns.filter(({ name }) => !(name in unstamped)).map(({ table }) => table))].sort()
  })

test('each table with texts of people stands in the list once, or is said to be of nobody', async () => {
  const told = [...heldData.flatMap(({ tables }) => tables), ...Object.keys(impersonal)]
  expect(told.toSorted()).toEqual(await listTables())
})

test('what the list says of an erasure is what an erasure does', () => {
  const keeps = new Set(keptTexts.flatMap(({ columns }) => columns.map((column) => column.split('.')[0] ?? '')))
  const erased = new Set<string>(erasedTables.map(({ name }) => name))
  /** Of no client at all. */
  const ofMsp = ['msps']
  const is: Record<AtErasure, (table: string) => boolean> = {
    goes: (table) => erased.has(table) && !keeps.has(table),
    'own-goes': (table) => emptiedOfNames.includes(table),
    'shared-stays': (table) => keeps.has(table) && !outliving.includes(table),
    stays: (table) => (outliving.includes(table) && keeps.has(table)) || ofMsp.includes(table),
  }
  for (const { atErasure, tables } of heldData)
    expect(
      tables.filter((table) => !is[atErasure](table)),
      atErasure,
    ).toEqual([])
})
