import { afterAll, beforeAll, expect, test } from 'vitest'
import { closePools, connectPools, doorPool } from './tenant.ts'
import { cloneDatabase, type TestDatabase } from './testing.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
  connectPools({ door: database.urls.app_device, max: 1 })
})
afterAll(async () => {
  await closePools()
  await database.drop()
})

test('no call of the door may run for longer than 20 seconds', async () => {
  expect([...(await doorPool()`show statement_timeout`)]).toEqual([{ statement_timeout: '20s' }])
})
