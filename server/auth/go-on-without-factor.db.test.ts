import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { totpFactors } from '../../db/schema/auth.ts'
import { auditRecords } from '../../db/schema/records.ts'
import { read } from '../access.ts'
import type { Context } from '../context.ts'
import { changeMember } from '../members/change-member.ts'
import { openMailbox } from '../members/testing.ts'
import { setManagerFactors } from '../msps/set-manager-factors.ts'
import { checkPassword } from './check-password.ts'
import { linkIdentity } from './directory-identities.ts'
import { mintSignInLink } from './mint-sign-in-link.ts'
import { findFullSession, findSession, type SignInMethod, startSession } from './sessions.ts'
import { authDatabase } from './store.ts'
import { Browser } from './testing/browser.ts'
import { addApp, addPasskey, codeAt, givePassword, goodPassword } from './testing/ways-in.ts'
import { openTenancy, type TestCompany, testNow } from './testing.ts'
import { visitOf } from './visit.ts'

vi.mock('next/headers', async () => (await import('./testing/next-headers.ts')).nextHeaders)
vi.mock('next-auth', async () => (await import('./testing/next-auth.ts')).nextAuth)

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let mailbox: Awaited<ReturnType<typeof openMailbox>>
let company: TestCompany
let owner: Context
beforeAll(async () => {
  tenancy = await openTenancy()
  mailbox = await openMailbox()
  company = await tenancy.makeCompany()
  owner = (await company.makeMember('owner')).ctx
})
afterAll(async () => {
  await mailbox.close()
  await tenancy.close()
})

const now = testNow
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)
const demand = (managersNeedFactor: boolean) => setManagerFactors(owner, { managersNeedFactor })
let person: { userId: string; email: string }
let browser: Browser
let address = 0
const newBrowser = (at = now) => {
  address += 1
  return new Browser(at, `203.0.113.${address}`)
}
beforeEach(async () => {
  await demand(false)
  const { clientId } = await company.makeClient()
  person = await company.makeMember('client-manager', [clientId])
  browser = newBrowser()
})

const typePassword = (where = browser, password = goodPassword) =>
  where.ask('signIn.password', { email: person.email, password })
const session = (where = browser) => findSession(where.tokenHash(), where.now)
/** A browser at "Add a second factor", by this way. */
async function atEnrol(method: SignInMethod, { mayResetPassword = false, at = now } = {}): Promise<Browser> {
  const held = newBrowser(at)
  await held.hold({ userId: person.userId, stage: 'enrol', method, mayResetPassword })
  return held
}
/** A browser that came in by a password alone. */
async function comeIn(): Promise<void> {
  await givePassword(person.userId, now)
  expect((await typePassword()).data).toEqual({ next: 'home' })
}
/** Half an hour later, still in use. */
async function waitHalfAnHour(): Promise<void> {
  browser.now = later(25)
  await browser.ask('stepUp.ways')
  browser.now = later(30)
}
const told = async () => {
  const rows = await read(company.job, 'audit:read', (tx) =>
    tx.select().from(auditRecords).where(eq(auditRecords.actorId, person.userId)).orderBy(auditRecords.id),
  )
  return rows.map(({ action, outcome, reason }) => `${action} ${outcome}: ${reason}`)
}
const refusal = 'You do not come in without a second factor here. Add one, or sign in with the one you have.'

describe('a password at the sign-in page', () => {
  test('is enough for a client manager where the company says so, and is told', async () => {
    await comeIn()
    expect(await session()).toMatchObject({ stage: 'full', method: 'password', hasOneFactor: true, provedAt: now })
    expect(await told()).toEqual(['session:begin done: Password'])
  })

  test('leads to adding a factor where it does not, and to showing the one they have', async () => {
    await givePassword(person.userId, now)
    await demand(true)
    expect((await typePassword()).data).toEqual({ next: 'enrol' })
    expect((await browser.ask('signIn.withoutFactor', {})).message).toBe(refusal)
    await addApp(browser)
    await demand(false)
    browser = newBrowser()
    expect((await typePassword()).data).toEqual({ next: 'second-factor' })
    expect((await browser.ask('signIn.withoutFactor', {})).code).toBe('UNAUTHORIZED')
  })

  test('begins nothing when they added a factor in between', async () => {
    await givePassword(person.userId, now)
    const start = await checkPassword({ email: person.email, password: goodPassword }, visitOf(browser.headers(), now))
    expect(start).toMatchObject({ stage: 'full' })
    const { userId } = person
    await authDatabase().insert(totpFactors).values({ userId, sealedSeed: 'v1.x', createdAt: now })
    await expect(startSession(start, now)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('by a mail or a link', () => {
  test('a recovery mail is no way in by itself: they choose a password, and whoever else was in is out', async () => {
    await comeIn()
    const path = await mintSignInLink(person.email, now, 'recovery')
    const spare = await mintSignInLink(person.email, now, 'recovery')
    const mailed = newBrowser()
    const tokenOf = (link: string | null) => new URL(link ?? '', 'http://x').searchParams.get('token') ?? ''
    expect((await mailed.ask('signIn.redeemRecovery', { token: tokenOf(path) })).data).toEqual({ next: 'enrol' })
    expect(await session(mailed)).toMatchObject({ stage: 'enrol', hasOneFactor: false })
    expect(await findFullSession(mailed.tokenHash(), now)).toBeNull()
    expect((await mailed.ask('signIn.withoutFactor', {})).code).toBe('BAD_REQUEST')
    expect((await mailed.ask('signIn.withoutFactor', { password: 'short' })).code).toBe('BAD_REQUEST')
    expect(await session(mailed)).toMatchObject({ stage: 'enrol' })
    const reply = await mailed.ask('signIn.withoutFactor', { password: 'another barley field' })
    expect([reply.code, reply.data]).toEqual(['ok', { next: 'home' }])
    expect(await session(mailed)).toMatchObject({ stage: 'full', hasOneFactor: true, mayResetPassword: false })
    expect(await session()).toBeNull()
    expect((await newBrowser().ask('signIn.redeemRecovery', { token: tokenOf(spare) })).code).toBe('FORBIDDEN')
    expect((await typePassword(newBrowser())).code).toBe('FORBIDDEN')
    expect((await typePassword(newBrowser(), 'another barley field')).data).toEqual({ next: 'home' })
    expect((await told()).slice(1, 3)).toEqual(['password:change done: ', 'session:begin done: Password'])
  })

  test.each(['invitation', 'link'] as const)('who has no password chooses one: %s', async (method) => {
    const held = await atEnrol(method)
    expect((await held.ask('signIn.withoutFactor', { password: goodPassword })).data).toEqual({ next: 'home' })
    expect(await session(held)).toMatchObject({ stage: 'full', hasOneFactor: true, provedAt: now })
    expect((await typePassword()).data).toEqual({ next: 'home' })
  })

  test.each(['invitation', 'link'] as const)('who has one shows it: %s', async (method) => {
    await givePassword(person.userId, now)
    const held = await atEnrol(method)
    for (const input of [{}, { password: 'another barley field' }])
      expect(await held.ask('signIn.withoutFactor', input)).toMatchObject({ message: refusal })
    expect((await typePassword()).data).toEqual({ next: 'home' })
  })

  test('a mailbox gets nobody past an account that they have linked', async () => {
    const first = await atEnrol('invitation')
    const identity = {
      provider: 'google',
      subject: person.userId,
      tenant: 'x.example',
      label: 'Mara',
      authenticatedAt: now,
    } as const
    const held = await session(first)
    if (!held) throw new Error('nobody is signed in')
    await linkIdentity(held, identity, { isFirst: true, now })
    const mailed = await atEnrol('recovery', { mayResetPassword: true })
    expect(await mailed.ask('signIn.withoutFactor', { password: goodPassword })).toMatchObject({ message: refusal })
  })

  test.each(['password', 'recovery', 'invitation', 'link'] as const)('staff do not pass: %s', async (method) => {
    person = await company.makeMember('technician')
    if (method === 'password') await givePassword(person.userId, now)
    const held = await atEnrol(method, { mayResetPassword: method === 'recovery' })
    for (const input of [{}, { password: goodPassword }])
      expect(await held.ask('signIn.withoutFactor', input)).toMatchObject({ message: refusal })
    expect(await session(held)).toMatchObject({ stage: 'enrol' })
  })
})

describe('later', () => {
  test('who showed their password goes on when the company asks no more, and no fresher than they came', async () => {
    await givePassword(person.userId, now)
    await demand(true)
    expect((await typePassword()).data).toEqual({ next: 'enrol' })
    await demand(false)
    expect(await session()).toMatchObject({ stage: 'enrol' })
    browser.now = later(20)
    expect((await browser.ask('signIn.withoutFactor', {})).data).toEqual({ next: 'home' })
    expect(await session()).toMatchObject({ stage: 'full', hasOneFactor: true, provedAt: now })
    expect((await browser.ask('factors.offerTotp')).code).toBe('PRECONDITION_REQUIRED')
  })

  test('a password typed there changes none', async () => {
    await givePassword(person.userId, now)
    const held = await atEnrol('password')
    await held.ask('signIn.withoutFactor', { password: 'another barley field' })
    expect((await typePassword()).data).toEqual({ next: 'home' })
  })
})

describe('the proof of a session by a password alone', () => {
  test('is the password, asked for again after ten minutes', async () => {
    await comeIn()
    await waitHalfAnHour()
    expect((await browser.ask('factors.offerTotp')).code).toBe('PRECONDITION_REQUIRED')
    expect((await browser.ask('stepUp.ways')).data).toMatchObject({ passwordAlone: true, code: false, passkey: false })
    expect((await browser.ask('stepUp.password', { password: 'wrong one here' })).code).toBe('FORBIDDEN')
    expect((await browser.ask('factors.offerTotp')).code).toBe('PRECONDITION_REQUIRED')
    const before = browser.tokenHash()
    expect((await browser.ask('stepUp.password', { password: goodPassword })).code).toBe('ok')
    expect(browser.tokenHash()).not.toBe(before)
    expect(await session()).toMatchObject({ hasOneFactor: true, provedAt: browser.now })
    expect((await browser.ask('factors.offerTotp')).code).toBe('ok')
  })

  test.each(['link', 'directory', 'passkey', 'totp'] as const)(
    'the password alone proves nothing for others: %s',
    async (method) => {
      await givePassword(person.userId, now)
      await browser.hold({ userId: person.userId, stage: 'full', method, provedAt: null })
      expect((await browser.ask('stepUp.ways')).data).toMatchObject({ passwordAlone: false })
      expect((await browser.ask('stepUp.password', { password: goodPassword })).code).toBe('FORBIDDEN')
      expect(await session()).toMatchObject({ provedAt: null })
    },
  )

  test('at another stage nothing is proved anew, but by who fell there', async () => {
    await givePassword(person.userId, now)
    const held = await atEnrol('password')
    expect((await held.ask('stepUp.ways')).code).toBe('UNAUTHORIZED')
    expect((await held.ask('stepUp.password', { password: goodPassword })).code).toBe('UNAUTHORIZED')
  })
})

describe('a factor', () => {
  test('added by who came by a password alone counts from then on, under a new token', async () => {
    await comeIn()
    const before = browser.tokenHash()
    const { seed, codes } = await addApp(browser)
    expect(codes).toHaveLength(10)
    expect(browser.tokenHash()).not.toBe(before)
    expect(await session()).toMatchObject({ stage: 'full', method: 'totp', hasOneFactor: false })
    await demand(true)
    expect(await session()).toMatchObject({ stage: 'full' })
    await demand(false)
    browser = newBrowser(later(1))
    expect((await typePassword()).data).toEqual({ next: 'second-factor' })
    expect((await browser.ask('signIn.code', { code: await codeAt(seed, later(1)) })).data).toEqual({ next: 'home' })
  })

  test('is asked for with the next request once the company wants one; the session leads there, with the password shown anew', async () => {
    await comeIn()
    await waitHalfAnHour()
    await demand(true)
    expect(await session()).toMatchObject({ stage: 'enrol' })
    for (const path of ['security.get', 'security.revokeOtherSessions'])
      expect((await browser.ask(path)).code).toBe('UNAUTHORIZED')
    for (const path of ['factors.offerTotp', 'factors.offerPasskey'])
      expect((await browser.ask(path)).code).toBe('PRECONDITION_REQUIRED')
    expect((await browser.ask('signIn.withoutFactor', {})).message).toBe(refusal)
    expect((await browser.ask('stepUp.password', { password: goodPassword })).code).toBe('ok')
    expect((await session())?.stage).toBe('enrol')
    await addApp(browser)
    expect(await session()).toMatchObject({ stage: 'full', method: 'totp', hasOneFactor: false })
  })

  test('is not added by whoever finds the session of a manager who has become staff', async () => {
    await comeIn()
    await waitHalfAnHour()
    await changeMember(owner, { userId: person.userId, role: 'technician', clients: 'all' })
    expect((await browser.ask('factors.offerPasskey')).code).toBe('PRECONDITION_REQUIRED')
    expect((await browser.ask('stepUp.password', { password: 'a guess of theirs' })).code).toBe('FORBIDDEN')
    expect((await browser.ask('factors.offerPasskey')).code).toBe('PRECONDITION_REQUIRED')
  })

  test('of a person who was staff is still asked for when they are a client manager', async () => {
    const { clientId } = await company.makeClient()
    person = await company.makeMember('technician')
    await givePassword(person.userId, now)
    await addPasskey(await atEnrol('link'), person.userId)
    await changeMember(owner, { userId: person.userId, role: 'client-manager', clients: [clientId] })
    expect((await typePassword()).data).toEqual({ next: 'second-factor' })
  })
})
