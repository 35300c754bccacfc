import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closePools, connectPools, findUnsafeLogin } from './tenant.ts'
import { cloneDatabase, type TestDatabase } from './testing.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
})
afterEach(closePools)
afterAll(() => database.drop())

test('the console refuses to run as the owner of the tables, and runs as its own login', async () => {
  connectPools({ tenant: database.ownerUrl })
  expect(await findUnsafeLogin()).toMatch(/^(owns the tables|is a superuser)$/)
  await closePools()
  connectPools({ tenant: database.urls.app_web })
  expect(await findUnsafeLogin()).toBeNull()
})

test('a database that does not answer is no reason to refuse', async () => {
  connectPools({ tenant: 'postgres://app_web@127.0.0.1:1/gone' })
  expect(await findUnsafeLogin()).toBeNull()
})
