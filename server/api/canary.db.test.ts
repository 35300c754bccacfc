import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { closePools } from '../../db/tenant.ts'
import { closeAuth } from '../auth/store.ts'
import { startTestDoor, type TestDoor } from '../device-api/testing.ts'
import { openMailbox } from '../members/testing.ts'
import { mapTexts, unstamped } from './canary.columns.ts'
import { type CanaryWorld, listTexts, makeCanaryWorld, markOf, stamps, withAllRows } from './canary.world.ts'

vi.mock('next/headers', async () => (await import('../auth/testing/next-headers.ts')).nextHeaders)

let door: TestDoor
let made: CanaryWorld
let mailbox: Awaited<ReturnType<typeof openMailbox>>
beforeAll(async () => {
  door = await startTestDoor()
  mailbox = await openMailbox()
  made = await makeCanaryWorld(door)
}, 120_000)
afterAll(async () => {
  await closePools()
  await closeAuth()
  await door?.stop()
  await mailbox?.close()
})

test('every text of every row carries the stamp of its client or of its MSP', async () => {
  const bare = new Set<string>()
  const filled = new Map<string, Set<string>>()
  await withAllRows(door.database.owner, async (tx) => {
    for (const { table, columns, rows } of await listTexts(tx))
      for (const { column } of columns) {
        const name = `${table}.${column}`
        const seen = filled.get(name) ?? new Set()
        filled.set(name, seen)
        for (const row of rows) {
          const mark = markOf(made, table, row)
          mapTexts(row[column], name, (text) => {
            if (text.includes(stamps[mark])) seen.add(mark)
            else bare.add(`${name} of ${mark}: ${text.slice(0, 60)}`)
            return text
          })
        }
      }
  })
  expect([...bare]).toEqual([])
  const listed = [...filled.keys()].filter((name) => !(name in unstamped))
  const empty = listed.filter((name) => (filled.get(name)?.size ?? 0) < 2)
  expect(empty).toEqual([])
})
