import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closePools, connectPools, inAllTenants, inTenant, type MspId, type Tx } from './tenant.ts'
import { cloneDatabase, type TestDatabase } from './testing.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
})
afterAll(() => database.drop())

const limits = async (tx: Tx) =>
  (
    await tx.execute(sql`select current_setting('statement_timeout') as statement,
      current_setting('idle_in_transaction_session_timeout') as idle`)
  )[0]
// No tenant of this database: nothing is read.
const job = { mspId: crypto.randomUUID() as MspId, clients: 'all', actor: { kind: 'system' } } as const
const patient = { statement: '0', idle: '1min' }

test('a job that does nothing for a minute holds its locks for nobody; its statements take as long as they take', async () => {
  const { app_worker, app_web, app_across } = database.urls
  connectPools({ tenant: app_worker, across: app_across, max: 1 })
  expect(await inTenant(job, limits), 'in the worker').toEqual(patient)
  expect(await inAllTenants(limits), 'across tenants').toEqual(patient)
  await closePools()
  connectPools({ tenant: app_web, jobs: app_worker, isConsole: true, max: 1 })
  expect(await inTenant(job, limits), 'with a login of their own').toEqual(patient)
  await closePools()
})
