import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identities, passkeys, passwords, sessions, totpFactors } from '../../db/schema/auth.ts'
import type { Context } from '../context.ts'
import { addMember } from '../members/add-member.ts'
import { openMailbox } from '../members/testing.ts'
import { redeemSignInLink } from './redeem-sign-in-link.ts'
import { resetMemberFactors } from './reset-member-factors.ts'
import { startSession } from './sessions.ts'
import { authDatabase } from './store.ts'
import { openTenancy, type TestCompany, testNow } from './testing.ts'

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
  await db.insert(totpFactors).values({ userId, sealedSeed: 'x', createdAt, confirmedAt: testNow })
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
