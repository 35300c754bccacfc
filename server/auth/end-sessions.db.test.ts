import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sessions } from '../../db/schema/auth.ts'
import { endSessionsOf } from './end-sessions.ts'
import { startSession } from './sessions.ts'
import { authDatabase, lockPerson } from './store.ts'
import { openTenancy, testNow } from './testing.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
beforeAll(async () => {
  tenancy = await openTenancy()
})
afterAll(() => tenancy.close())

test('a session that is renewed at the moment when all end does not outlive it', async () => {
  const { userId } = await (await tenancy.makeCompany()).makeMember('owner')
  const isOwn = eq(sessions.userId, userId)
  await startSession({ userId, stage: 'full', method: 'passkey' }, testNow)
  const { owner } = tenancy.database
  const waiting = async () => {
    const [row] = await owner<{ count: number }[]>`select count(*)::int from pg_locks
      where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`
    return row?.count
  }
  let isDone = false
  const renewed = await authDatabase().transaction(async (tx) => {
    await lockPerson(tx, userId)
    // What a renewal has written and not committed yet.
    const [former] = await tx.select().from(sessions).where(isOwn)
    if (!former) throw new Error('nobody is signed in')
    await tx.insert(sessions).values({ ...former, tokenHash: `renewed ${former.tokenHash}` })
    const ending = endSessionsOf(userId).finally(() => {
      isDone = true
    })
    await expect.poll(async () => isDone || (await waiting()) === 1).toBe(true)
    // In an object: it ends after this transaction only.
    return { ending }
  })
  expect(await renewed.ending).toBe(2)
  expect(await authDatabase().$count(sessions, isOwn)).toBe(0)
})
