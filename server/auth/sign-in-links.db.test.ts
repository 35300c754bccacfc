import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashToken } from '../secrets/secret-token.ts'
import { mintSignInLink } from './mint-sign-in-link.ts'
import { redeemSignInLink } from './redeem-sign-in-link.ts'
import { linkMs } from './rules.ts'
import { startSession } from './sessions.ts'
import { testNow as now, openTenancy } from './testing.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let person: { userId: string; email: string }
beforeAll(async () => {
  tenancy = await openTenancy()
  person = await (await tenancy.makeCompany()).makeMember('owner')
})
afterAll(() => tenancy.close())

const later = (ms: number) => new Date(now.getTime() + ms)
async function mintToken(): Promise<string> {
  const link = await mintSignInLink(person.email, now)
  return new URL(link ?? '', 'http://127.0.0.1').searchParams.get('token') ?? ''
}

test('a link signs in the person it was made for', async () => {
  const found = await redeemSignInLink(await mintToken(), 'console', later(60_000))
  expect(found).toMatchObject({ userId: person.userId })
})

test('a link of the console is none for recovery', async () => {
  expect(await redeemSignInLink(await mintToken(), 'recovery', now)).toBeNull()
})

test('it works once', async () => {
  const token = await mintToken()
  expect(await redeemSignInLink(token, 'console', now)).not.toBeNull()
  expect(await redeemSignInLink(token, 'console', now)).toBeNull()
})

test('of eight clicks at once one signs in', async () => {
  const token = await mintToken()
  const answers = await Promise.all(Array.from({ length: 8 }, () => redeemSignInLink(token, 'console', now)))
  expect(answers.filter((session) => session !== null)).toHaveLength(1)
})

test('it ends after fifteen minutes', async () => {
  expect(linkMs).toBe(15 * 60_000)
  expect(await redeemSignInLink(await mintToken(), 'console', later(linkMs))).toBeNull()
  expect(await redeemSignInLink(await mintToken(), 'console', later(linkMs - 1))).not.toBeNull()
})

test('an unknown token signs nobody in', async () => {
  expect(await redeemSignInLink('', 'console', now)).toBeNull()
  expect(await redeemSignInLink(hashToken(await mintToken()), 'console', now)).toBeNull()
})

test('the e-mail address is read as people write it, and nobody gets a link who does not exist', async () => {
  expect(await mintSignInLink(`  ${person.email.toUpperCase()} `, now)).toContain('/sign-in/link?token=')
  expect(await mintSignInLink('nobody@example.com', now)).toBeNull()
})

test('the database never holds a token', async () => {
  const token = await mintToken()
  await redeemSignInLink(token, 'console', now)
  const session = await startSession({ userId: person.userId, stage: 'full', method: 'link' }, now)
  const { owner } = tenancy.database
  const stored = await owner`select token_hash from auth.sign_in_links union all select token_hash from auth.sessions`
  const hashes = stored.map((row) => row.token_hash)
  expect(hashes).toContain(hashToken(token))
  expect(hashes).toContain(hashToken(session.token))
  expect(hashes).not.toContain(token)
  expect(hashes).not.toContain(session.token)
})
