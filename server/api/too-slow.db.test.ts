import { TRPCError } from '@trpc/server'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closePools, connectPools, inTenant, type MspId, type Tx } from '../../db/tenant.ts'
import { cloneDatabase, type TestDatabase } from '../../db/testing.ts'
import { translateError } from './translate-error.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
  connectPools({ tenant: database.urls.app_web, isConsole: true, max: 1 })
})
afterAll(async () => {
  await closePools()
  await database.drop()
})

// No tenant of this database: nothing is read.
const nobody = { mspId: crypto.randomUUID() as MspId, clients: 'all' } as const
const limits = async (tx: Tx) =>
  (
    await tx.execute(sql`select current_setting('statement_timeout') as statement,
      current_setting('idle_in_transaction_session_timeout') as idle`)
  )[0]

test('a statement of the console may take 15 seconds, with long patience a minute, and neither stays for the next', async () => {
  expect(await inTenant(nobody, limits)).toEqual({ statement: '15s', idle: '1min' })
  expect(await inTenant(nobody, limits, 'long')).toEqual({ statement: '1min', idle: '1min' })
  expect(await inTenant(nobody, limits)).toEqual({ statement: '15s', idle: '1min' })
})

test('one that takes longer is given up, and answered in words without SQL', async () => {
  const slow = async (tx: Tx) => {
    // The limit itself is shown above; nobody waits for it here.
    await tx.execute(sql`set local statement_timeout = '20ms'`)
    await tx.execute(sql`select pg_sleep(30), 'a secret'`)
  }
  const failure = await inTenant(nobody, slow).catch((error) => error)
  const { error } = translateError(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: failure }))
  expect(error.code).toBe('SERVICE_UNAVAILABLE')
  expect(error.message).toMatch(/^This took too long and was given up; nothing was changed/)
  expect(JSON.stringify([error, error.message, error.cause])).not.toMatch(/pg_sleep|secret|statement/)
  // The connection is as good as before.
  expect(await inTenant(nobody, limits)).toMatchObject({ statement: '15s' })
})
