import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from './testing.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
})
afterAll(() => database.drop())

/** The part of migration 0020 that brings older rows under the new keys, and the keys. */
const statements = readFileSync(new URL('./migrations/0020_one_open_proposal.sql', import.meta.url), 'utf8').split(
  '--> statement-breakpoint',
)
const first = statements.findIndex((each) => each.includes('clients no force'))
const last = statements.findIndex((each) => each.includes('"proposals_one_open"'))

test('a database with equal names and the same thing asked twice comes under the keys', async () => {
  const { owner } = database
  const mspId = randomUUID()
  const names = ['Kestrel', 'kestrel', 'KESTREL', 'Kestrel (2)', 'Finch', `${'x'.repeat(99)}A`, `${'x'.repeat(99)}a`]
  const client = (name: string, place: number) =>
    owner`insert into clients (msp_id, slug, name, time_zone, created_at)
      values (${mspId}, ${`slug-${place}`}, ${name}, 'UTC', now() + ${place} * interval '1 second')`
  const proposal = (place: number, expires: string, reason: string) =>
    owner`insert into proposals (msp_id, action, input, title, reach, device_count, client_ids, reason, proposed_by, proposed_by_name, proposed_at, expires_at)
      values (${mspId}, 'hold:lift', ${owner.json({ reason })}, ${`${place}`}, '[]', 1, '{}', '', ${mspId}, 'x',
        now() + ${place} * interval '1 second', now() + ${expires}::interval)`
  await owner`drop index clients_name`
  await owner`drop index proposals_one_open`
  await owner`alter table msps no force row level security`
  await owner`alter table clients no force row level security`
  await owner`alter table proposals no force row level security`
  await owner`insert into msps (id, slug, name, created_at) values (${mspId}, 'old', 'Old', now())`
  for (const [place, name] of names.entries()) await client(name, place)
  for (const [place, reason] of ['same', 'same', 'other'].entries()) await proposal(place, '1 hour', reason)
  await proposal(9, '-1 hour', 'same')

  for (const statement of statements.slice(first, last + 1)) await owner.unsafe(statement)

  await owner`alter table clients no force row level security`
  await owner`alter table proposals no force row level security`
  const renamed = await owner`select name, slug from clients order by created_at`
  expect(renamed.map((row) => row.name)).toEqual([
    'Kestrel',
    'kestrel (3)',
    'KESTREL (4)',
    'Kestrel (2)',
    'Finch',
    `${'x'.repeat(99)}A`,
    `${'x'.repeat(92)} (2)`,
  ])
  expect(renamed.map((row) => row.slug)).toEqual(names.map((_, place) => `slug-${place}`))
  const states = await owner`select title, decision from proposals order by proposed_at`
  expect(states.map((row) => [row.title, row.decision])).toEqual([
    ['0', 'replaced'],
    ['1', null],
    ['2', null],
    ['9', 'expired'],
  ])
})
