import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import superjson from 'superjson'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { identities, passkeys, passwords, sessions, totpFactors } from '../../db/schema/auth.ts'
import { auditRecords } from '../../db/schema/records.ts'
import { read } from '../access.ts'
import { handleRequest } from '../api/handle-request.ts'
import { requestContext } from '../api/request-context.ts'
import { createApiKey } from '../api-keys/create-api-key.ts'
import type { Context } from '../context.ts'
import { addMember } from '../members/add-member.ts'
import { openMailbox } from '../members/testing.ts'
import { hashToken } from '../secrets/secret-token.ts'
import { addFactor } from './add-factor.ts'
import { contextOfApiKey } from './api-key-context.ts'
import { checkPassword } from './check-password.ts'
import { linkIdentity } from './directory-identities.ts'
import { mintSignInLink } from './mint-sign-in-link.ts'
import { redeemSignInLink } from './redeem-sign-in-link.ts'
import { resetMemberFactors } from './reset-member-factors.ts'
import { findSession, startSession } from './sessions.ts'
import { setPassword } from './set-password.ts'
import { type AuthTx, authDatabase } from './store.ts'
import { givePassword, goodPassword } from './testing/ways-in.ts'
import { openTenancy, type TestCompany, testNow } from './testing.ts'
import { whileStanding } from './while-standing.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let mailbox: Awaited<ReturnType<typeof openMailbox>>
let company: TestCompany
let owner: Context
beforeAll(async () => {
  tenancy = await openTenancy()
  mailbox = await openMailbox()
  company = await tenancy.makeCompany('reset')
  owner = (await company.makeMember('owner')).ctx
})
afterAll(async () => {
  await mailbox.close()
  await tenancy.close()
})

/** Somebody with every way in there is, signed in. */
async function makeEquipped(role: 'technician' | 'owner' = 'technician') {
  const member = await company.makeMember(role)
  const { userId } = member
  const [db, createdAt] = [authDatabase(), testNow]
  await db.insert(passwords).values({ userId, hash: 'x', changedAt: testNow })
  await db.insert(totpFactors).values({ userId, sealedSeed: 'x', createdAt })
  await db.insert(passkeys).values({
    credentialId: randomUUID(),
    userId,
    publicKey: 'x',
    counter: 0,
    transports: [],
    name: 'A key',
    isBackedUp: false,
    createdAt,
  })
  await db
    .insert(identities)
    .values({ provider: 'google', subject: randomUUID(), userId, tenant: 'x', label: 'x', createdAt })
  await startSession({ userId, stage: 'full', method: 'passkey' }, testNow)
  return member
}
const tables = [passwords, totpFactors, passkeys, identities, sessions]
const countOf = async (userId: string) => {
  const rows = await Promise.all(
    tables.map((table) => authDatabase().select({ userId: table.userId }).from(table).where(eq(table.userId, userId))),
  )
  return rows.map((each) => each.length)
}

test('every way in and every session of a person goes, and a mail lets them begin anew', async () => {
  const { userId, email } = await makeEquipped()
  const bystander = await makeEquipped()
  await resetMemberFactors(owner, { userId, reason: 'Lost everything' })
  expect(await countOf(userId)).toEqual([0, 0, 0, 0, 0])
  expect(await countOf(bystander.userId)).toEqual([1, 1, 1, 1, 1])
  const [mail] = mailbox.mailsTo(email)
  expect(mailbox.linksIn(mail?.text ?? '')).toHaveLength(1)
  expect(await redeemSignInLink(mailbox.tokenTo(email), 'recovery', testNow)).toMatchObject({ userId })
})

test('not of somebody who belongs to another company too, who has more, or of oneself', async () => {
  const other = await tenancy.makeCompany()
  const shared = await makeEquipped()
  const { userId, email } = shared
  await addMember(other.job, { userId, name: 'Shared', email, role: 'read-only', clients: 'all' })
  await expect(resetMemberFactors(owner, { userId, reason: '' })).rejects.toMatchObject({ code: 'not-allowed-now' })
  const admin = await company.makeMember('admin')
  const boss = await makeEquipped('owner')
  for (const target of [boss, admin])
    await expect(resetMemberFactors(admin.ctx, { userId: target.userId, reason: '' })).rejects.toMatchObject({
      code: 'not-allowed-now',
    })
  expect([await countOf(userId), await countOf(boss.userId)]).toEqual([
    [1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1],
  ])
  expect(mailbox.mailsTo(email)).toEqual([])
})

test('a mail that was not taken is said; the old ways in are gone all the same', async () => {
  const { userId } = await makeEquipped()
  mailbox.disconnect()
  await expect(resetMemberFactors(owner, { userId, reason: '' })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('“Forgotten?” on the sign-in page sends them a link.'),
  })
  mailbox.reconnect()
  expect(await countOf(userId)).toEqual([0, 0, 0, 0, 0])
})

describe('with something else at the same moment', () => {
  const passkeyOf = (userId: string) => ({
    credentialId: randomUUID(),
    userId,
    publicKey: 'x',
    counter: 0,
    transports: [],
    name: 'A thief’s key',
    isBackedUp: false,
    createdAt: testNow,
  })
  /** A session that the thief holds. */
  async function beginSession(userId: string) {
    const { token } = await startSession({ userId, stage: 'full', method: 'passkey' }, testNow)
    const session = await findSession(hashToken(token), testNow)
    if (!session) throw new Error('no session')
    return session
  }
  const waiting = async () => {
    const [row] = await tenancy.database.owner<{ count: number }[]>`select count(*)::int from pg_locks
      where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`
    return row?.count ?? 0
  }

  test('a factor that is being added does not outlive it', async () => {
    const { userId } = await makeEquipped()
    const session = await beginSession(userId)
    const gate = Promise.withResolvers<void>()
    const kept = Promise.withResolvers<void>()
    const keep = async (tx: AuthTx) => {
      await tx.insert(passkeys).values(passkeyOf(userId))
      kept.resolve()
      await gate.promise
    }
    const adding = addFactor(session, { kind: 'passkey', keep }, testNow)
    await kept.promise
    let isDone = false
    const reset = resetMemberFactors(owner, { userId, reason: 'Stolen' }).finally(() => {
      isDone = true
    })
    await expect.poll(async () => isDone || (await waiting()) > 0).toBe(true)
    gate.resolve()
    await Promise.allSettled([adding, reset])
    await reset
    expect(await countOf(userId)).toEqual([0, 0, 0, 0, 0])
  })

  test('an API key that is being made does not outlive it, and none is made afterwards', async () => {
    const { userId, ctx } = await makeEquipped()
    const session = await beginSession(userId)
    const gate = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const key = { name: 'A key', actions: ['device:read' as const], clients: 'all' as const, days: 1 }
    const making = whileStanding(session, async () => {
      begun.resolve()
      await gate.promise
      return createApiKey(ctx, key)
    })
    await begun.promise
    let isDone = false
    const reset = resetMemberFactors(owner, { userId, reason: 'Stolen' }).finally(() => {
      isDone = true
    })
    await expect.poll(async () => isDone || (await waiting()) > 0).toBe(true)
    gate.resolve()
    const made = await making
    await reset
    expect(await contextOfApiKey(`Bearer ${made.key}`, '203.0.113.9', testNow)).toBeNull()
    // A request of that session which had read who it is just before.
    const request = new Request('http://127.0.0.1/api/m/reset/trpc/apiKeys.create', {
      method: 'POST',
      body: JSON.stringify(superjson.serialize(key)),
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    })
    const answer = await handleRequest(
      request,
      requestContext('reset', async () => session, testNow),
    )
    expect([answer.status, (await answer.json()).error?.json.message]).toEqual([403, 'Sign in to go on.'])
  })

  test('a session that it ended adds, links, changes and removes nothing any more', async () => {
    const { userId } = await makeEquipped()
    const session = await beginSession(userId)
    await resetMemberFactors(owner, { userId, reason: 'Stolen' })
    const over = { code: 'forbidden', message: 'Sign in to go on.' }
    const keep = async (tx: AuthTx) => void (await tx.insert(passkeys).values(passkeyOf(userId)))
    await expect(addFactor(session, { kind: 'passkey', keep }, testNow)).rejects.toMatchObject(over)
    const account = { provider: 'google' as const, subject: 'a', tenant: 'b', label: 'c', authenticatedAt: testNow }
    await expect(linkIdentity(session, account, { isFirst: false, now: testNow })).rejects.toMatchObject(over)
    const visit = { now: testNow, address: '203.0.113.9', userAgent: '' }
    await expect(setPassword(session, { password: 'barley field at dawn' }, visit)).rejects.toMatchObject(over)
    expect(await countOf(userId)).toEqual([0, 0, 0, 0, 0])
  })

  test('who proved themselves by what it took away just before is not let in just after', async () => {
    const { userId, email } = await makeEquipped()
    await givePassword(userId, testNow)
    const visit = { now: testNow, address: '203.0.113.9', userAgent: '' }
    const start = await checkPassword({ email, password: goodPassword }, visit)
    const link = new URL((await mintSignInLink(email, testNow)) ?? '', 'http://127.0.0.1').searchParams.get('token')
    const redeemed = await redeemSignInLink(link ?? '', 'console', testNow)
    await resetMemberFactors(owner, { userId, reason: 'Stolen' })
    const over = { code: 'forbidden', message: 'Sign in to go on.' }
    await expect(startSession(start, testNow)).rejects.toMatchObject(over)
    const byLink = { userId, stage: 'full' as const, method: 'link' as const, stands: redeemed?.stands }
    await expect(startSession(byLink, testNow)).rejects.toMatchObject(over)
    expect(await countOf(userId)).toEqual([0, 0, 0, 0, 0])
  })

  test('what could not be taken away is not written down as done', async () => {
    const { userId } = await makeEquipped()
    const before = await countOf(userId)
    await tenancy.database.owner`revoke delete on auth.passkeys from app_auth`
    await expect(resetMemberFactors(owner, { userId, reason: 'Stolen' })).rejects.toThrow()
    await tenancy.database.owner`grant delete on auth.passkeys to app_auth`
    expect(await countOf(userId)).toEqual(before)
    const records = await read(owner, 'audit:read', (tx) =>
      tx.select().from(auditRecords).where(eq(auditRecords.subjectId, userId)),
    )
    expect(records.map(({ action }) => action)).not.toContain('member:reset-factors')
  })
})

test('their API keys end with it: whoever held the device may have made one', async () => {
  const { userId, ctx } = await makeEquipped()
  const bystander = await makeEquipped()
  const key = { name: 'A key', actions: ['device:read' as const], clients: 'all' as const, days: 1 }
  const [made, other] = [await createApiKey(ctx, key), await createApiKey(bystander.ctx, key)]
  await resetMemberFactors(owner, { userId, reason: 'Stolen' })
  const contextBy = (text: string) => contextOfApiKey(`Bearer ${text}`, '203.0.113.9', testNow)
  expect([await contextBy(made.key), (await contextBy(other.key)) !== null]).toEqual([null, true])
  const records = await read(owner, 'audit:read', (tx) =>
    tx.select().from(auditRecords).where(eq(auditRecords.subjectId, userId)),
  )
  expect(records.find(({ action }) => action === 'member:reset-factors')?.changes).toEqual({ keysRevoked: ['A key'] })
})
