import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { auditRecords } from '../../db/schema/records.ts'
import { identityTenants } from '../../db/schema/tenancy.ts'
import { inTenant } from '../../db/tenant.ts'
import { read } from '../access.ts'
import { endLiveStreams, openLiveStream } from '../live/hub.ts'
import { addMember } from '../members/add-member.ts'
import { linkIdentity, unlinkIdentity } from './directory-identities.ts'
import { limits } from './rate-limits.ts'
import { removeEveryWayIn } from './remove-every-way-in.ts'
import { rotationMs } from './rotate-session.ts'
import { findSession } from './sessions.ts'
import { checkOwnPassword } from './set-password.ts'
import { Browser } from './testing/browser.ts'
import { addApp, addPasskey, codeAt, givePassword, goodPassword, usePasskey } from './testing/ways-in.ts'
import { openTenancy, type TestCompany } from './testing.ts'
import { findWaysIn } from './ways-in.ts'

vi.mock('next/headers', async () => (await import('./testing/next-headers.ts')).nextHeaders)
vi.mock('next-auth', async () => (await import('./testing/next-auth.ts')).nextAuth)

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany()
})
afterAll(async () => {
  endLiveStreams()
  await tenancy.close()
})

let hour = 0
let now: Date
let userId: string
let browser: Browser
beforeEach(async () => {
  hour += 1
  now = new Date(Date.parse('2026-09-18T10:00:00Z') + hour * 3_600_000)
  userId = (await company.makeMember('technician')).userId
  browser = new Browser(now)
  ended.length = 0
})
/** Sessions whose live stream has ended. */
const ended: string[] = []
/** The browser listens to the changes of its company from now on, under the session that it has. */
function listen(held: Browser) {
  const tokenHash = held.tokenHash()
  const onEnd = () => void ended.push(tokenHash)
  const scope = company.job
  openLiveStream({ tokenHash, userId }, { scope, recheck: async () => scope, write() {}, onEnd })
}
const later = (ms: number) => new Date(now.getTime() + ms)
const minutes = (count: number) => count * 60_000
const hold = async (at = now, stage: 'full' | 'enrol' = 'full') => {
  const held = new Browser(at)
  await held.hold({ userId, stage, method: 'password' })
  listen(held)
  return held
}
const isLive = async (held: Browser) => (await held.ask('security.get')).code === 'ok'
const told = async () => {
  const rows = await read(company.job, 'audit:read', (tx) =>
    tx.select().from(auditRecords).where(eq(auditRecords.actorId, userId)).orderBy(auditRecords.id),
  )
  return rows.map(({ action, reason }) => `${action}: ${reason}`)
}

/** Password, app and passkey, all made now. */
async function setUp() {
  await givePassword(userId, now)
  browser = await hold(now, 'enrol')
  const { seed } = await addApp(browser)
  const { passkey } = await addPasskey(browser, userId)
  return { seed, passkey }
}

describe('proving anew', () => {
  test('after ten minutes the next change asks; a passkey opens it, under a new token', async () => {
    const { passkey } = await setUp()
    browser.now = later(minutes(10) + 1)
    expect((await browser.ask('factors.removeTotp')).code).toBe('PRECONDITION_REQUIRED')
    const former = browser.tokenHash()
    listen(browser)
    expect((await usePasskey(browser, passkey, { isStepUp: true })).reply.code).toBe('ok')
    expect(browser.tokenHash()).not.toBe(former)
    expect(ended).toContain(former)
    expect(await told()).toContain('session:step-up: passkey')
    expect((await browser.ask('factors.removeTotp')).code).toBe('ok')
  })

  test('the session keeps its end, and the former token its own for ten seconds only, without the proof', async () => {
    const { passkey } = await setUp()
    browser.now = later(minutes(11))
    const former = new Browser(browser.now)
    for (const [name, value] of browser.cookies) former.cookies.set(name, value)
    const sessions = () => tenancy.database.owner`select expires_at, created_at, proved_at from auth.sessions
      where user_id = ${userId} order by proved_at nulls first`
    const [before] = await sessions()
    await usePasskey(browser, passkey, { isStepUp: true })
    const [old, renewed] = await sessions()
    expect([renewed?.expires_at, renewed?.created_at]).toEqual([before?.expires_at, before?.created_at])
    expect(renewed?.proved_at).toEqual(browser.now)
    expect(old).toMatchObject({ proved_at: null, expires_at: new Date(browser.now.getTime() + rotationMs) })
    expect(await isLive(former)).toBe(true)
    expect((await former.ask('factors.renewRecoveryCodes')).code).toBe('PRECONDITION_REQUIRED')
    former.now = new Date(browser.now.getTime() + rotationMs)
    expect(await isLive(former)).toBe(false)
    expect((await browser.ask('security.get')).data.sessions).toHaveLength(1)
  })

  test('with the app it takes the password too, where there is one', async () => {
    const { seed } = await setUp()
    browser.now = later(minutes(11))
    const code = await codeAt(seed, browser.now)
    expect((await browser.ask('stepUp.code', { code })).code).toBe('FORBIDDEN')
    expect((await browser.ask('stepUp.code', { code, password: 'wrong' })).code).toBe('FORBIDDEN')
    expect((await browser.ask('stepUp.code', { code, password: goodPassword })).code).toBe('ok')
    expect((await browser.ask('stepUp.code', { code, password: goodPassword })).code).toBe('FORBIDDEN')
    expect((await browser.ask('factors.renewRecoveryCodes')).code).toBe('ok')
  })

  test('not with somebody else’s passkey, and not with a ceremony for signing in', async () => {
    const { passkey } = await setUp()
    const other = await company.makeMember('owner')
    const theirs = new Browser(now)
    await theirs.hold({ userId: other.userId, stage: 'enrol', method: 'link' })
    const { passkey: foreign } = await addPasskey(theirs, other.userId)
    browser.now = later(minutes(11))
    expect((await usePasskey(browser, foreign, { isStepUp: true })).reply.code).toBe('FORBIDDEN')
    const { data: options } = await browser.ask('signIn.passkeyOptions')
    passkey.counter += 1
    const response = passkey.answer({
      challenge: options.challenge,
      origin: 'http://localhost:3000',
      rpId: 'localhost',
    })
    expect((await browser.ask('stepUp.passkey', { response })).code).toBe('FORBIDDEN')
  })
})

describe('factors', () => {
  test('the last one stays, whichever of two goes first at the same moment', async () => {
    const { passkey } = await setUp()
    const credentialId = passkey.credentialId.toString('base64url')
    const twin = new Browser(now)
    for (const [name, value] of browser.cookies) twin.cookies.set(name, value)
    const answers = await Promise.all([
      browser.ask('factors.removeTotp'),
      twin.ask('factors.removePasskey', { credentialId }),
    ])
    expect(answers.map(({ code }) => code).sort()).toEqual(['PRECONDITION_FAILED', 'ok'])
    expect(answers.find(({ code }) => code !== 'ok')?.message).toMatch(/last way in/)
  })

  describe('of somebody with a company account', () => {
    const account = () => ({
      provider: 'google' as const,
      subject: randomUUID(),
      tenant: `${randomUUID()}.example`,
      label: 'them',
      authenticatedAt: now,
    })
    const trust = (tenant: string) =>
      inTenant(company.job, (tx) =>
        tx
          .insert(identityTenants)
          .values({ mspId: company.mspId, provider: 'google', tenant, addedAt: now, addedBy: userId }),
      )
    /** One passkey and one linked account. */
    async function setUpBoth() {
      browser = await hold(now, 'enrol')
      const { passkey } = await addPasskey(browser, userId)
      const session = await findSession(browser.tokenHash(), now)
      if (!session) throw new Error('nobody is signed in')
      const linked = account()
      await linkIdentity(session, linked, { isFirst: false, now })
      const removePasskey = () =>
        browser.ask('factors.removePasskey', { credentialId: passkey.credentialId.toString('base64url') })
      return {
        session,
        linked,
        removePasskey,
        isLastWay: async () => (await browser.ask('security.get')).data.isLastWay,
      }
    }

    test('the last passkey goes where every company of theirs trusts the account, and then the account stays', async () => {
      const { session, linked, removePasskey, isLastWay } = await setUpBoth()
      await trust(linked.tenant)
      expect(await isLastWay()).toBe(false)
      expect((await removePasskey()).code).toBe('ok')
      const refused = { code: 'not-allowed-now', message: 'This is your last way in. Add another one first.' }
      await expect(unlinkIdentity(session, linked, now)).rejects.toMatchObject(refused)
      expect((await findWaysIn(userId)).linked).toHaveLength(1)
    })

    test('it stays where one of them does not, and the account may go', async () => {
      const { session, linked, removePasskey, isLastWay } = await setUpBoth()
      await trust(linked.tenant)
      const other = await tenancy.makeCompany()
      await addMember(other.job, { userId, name: 'Two', email: 'two@example.com', role: 'read-only', clients: 'all' })
      expect(await isLastWay()).toBe(true)
      expect((await removePasskey()).code).toBe('PRECONDITION_FAILED')
      await unlinkIdentity(session, linked, now)
      expect(await findWaysIn(userId)).toMatchObject({ passkeys: 1, linked: [] })
    })
  })

  test('of two first ones at the same moment, one is the first', async () => {
    await givePassword(userId, now)
    const two = [await hold(now, 'enrol'), await hold(now, 'enrol')]
    const offers = await Promise.all(two.map((each) => each.ask('factors.offerTotp')))
    const answers = await Promise.all(
      two.map(async (each, place) => {
        const offer = offers[place]?.data
        const code = await codeAt(offer?.text.replaceAll(' ', '') ?? '', now)
        return each.ask('factors.confirmTotp', { sealedSeed: offer?.sealedSeed, code })
      }),
    )
    // The other is refused in its turn or, where it comes late, finds its session ended by the first.
    const [refused, won] = answers.map(({ code }) => code).sort()
    expect([won, ['PRECONDITION_FAILED', 'UNAUTHORIZED'].includes(refused ?? '')]).toEqual(['ok', true])
    expect(answers.filter(({ data }) => data?.recoveryCodes?.length === 10)).toHaveLength(1)
  })

  test('a new one ends every other session, with what it listens to, and is told', async () => {
    await setUp()
    const elsewhere = await hold()
    await addPasskey(browser, userId, 'Key')
    expect(await isLive(elsewhere)).toBe(false)
    expect(await isLive(browser)).toBe(true)
    expect(ended).toContain(elsewhere.tokenHash())
    expect((await told()).filter((line) => line.startsWith('factor:add'))).toHaveLength(3)
  })

  test('an app is replaced only once the new one showed its code', async () => {
    const { seed } = await setUp()
    await browser.ask('factors.offerTotp')
    browser.now = later(minutes(1))
    const code = await codeAt(seed, browser.now)
    expect((await browser.ask('stepUp.code', { code, password: goodPassword })).code).toBe('ok')
    const { seed: next, codes } = await addApp(browser)
    expect(codes).toBeNull()
    browser.now = later(minutes(2))
    const proof = async (of: string) => ({ code: await codeAt(of, browser.now), password: goodPassword })
    expect((await browser.ask('stepUp.code', await proof(seed))).code).toBe('FORBIDDEN')
    expect((await browser.ask('stepUp.code', await proof(next))).code).toBe('ok')
  })

  test('an app without a password is no way in: one is chosen with it, and checked', async () => {
    browser = await hold(now, 'enrol')
    const { data: offer } = await browser.ask('factors.offerTotp')
    expect(offer.needsPassword).toBe(true)
    const code = await codeAt(offer.text.replaceAll(' ', ''), now)
    const confirm = (password?: string) =>
      browser.ask('factors.confirmTotp', { sealedSeed: offer.sealedSeed, code, password })
    expect((await confirm()).message).toMatch(/Choose a password/)
    expect((await confirm('password1')).message).toMatch(/tried first/)
    expect((await confirm(goodPassword)).code).toBe('ok')
  })

  test('a password that is there is not replaced by the way', async () => {
    await givePassword(userId, now)
    browser = await hold(now, 'enrol')
    const { data: offer } = await browser.ask('factors.offerTotp')
    const code = await codeAt(offer.text.replaceAll(' ', ''), now)
    const reply = await browser.ask('factors.confirmTotp', {
      sealedSeed: offer.sealedSeed,
      code,
      password: 'another good one',
    })
    expect(reply.code).toBe('PRECONDITION_FAILED')
  })

  test('an owner’s reset takes all of them, the password too, and ends what is heard live', async () => {
    await setUp()
    const { email } = (await browser.ask('security.get')).data.person
    listen(browser)
    await removeEveryWayIn(userId)
    expect(await isLive(browser)).toBe(false)
    expect(ended).toContain(browser.tokenHash())
    const reply = await new Browser(now).ask('signIn.password', { email, password: goodPassword })
    expect(reply.code).toBe('FORBIDDEN')
  })

  test('a passkey gets another name', async () => {
    const { passkey } = await setUp()
    const credentialId = passkey.credentialId.toString('base64url')
    await browser.ask('factors.renamePasskey', { credentialId, name: '  Blue key ' })
    expect((await browser.ask('security.get')).data.passkeys).toMatchObject([{ name: 'Blue key' }])
  })
})

describe('the password', () => {
  test('is not tried on and on from many addresses by who holds a session', async () => {
    const tried: string[] = []
    for (let count = 0; count <= limits['password-account'].points; count++) {
      const visit = { address: `198.51.100.${count}`, userAgent: '', now }
      const answer = await checkOwnPassword(userId, 'a guess', visit).catch((error: { code: string }) => error.code)
      tried.push(answer ?? 'ok')
    }
    expect(tried.at(-2)).toBe('forbidden')
    expect(tried.at(-1)).toBe('too-many')
  })

  test('changes with the one before, and ends every other session', async () => {
    await setUp()
    const elsewhere = await hold()
    const change = (current?: string) => browser.ask('security.setPassword', { current, password: 'another good one' })
    expect((await change()).code).toBe('FORBIDDEN')
    expect((await change('wrong')).code).toBe('FORBIDDEN')
    expect(await isLive(elsewhere)).toBe(true)
    expect((await change(goodPassword)).code).toBe('ok')
    expect(await isLive(elsewhere)).toBe(false)
    expect(ended).toContain(elsewhere.tokenHash())
    expect(await told()).toContain('password:change: ')
  })
})

describe('sessions', () => {
  test('are listed in words, this one first, and one that waits for its second factor too', async () => {
    await setUp()
    const elsewhere = new Browser(later(minutes(1)), '198.51.100.9')
    const from = { address: '198.51.100.9', userAgent: 'Mozilla/5.0 (Windows NT 10.0) Firefox/140.0' }
    await elsewhere.hold({ userId, stage: 'second-factor', method: 'password', from })
    browser.now = later(minutes(2))
    const { data } = await browser.ask('security.get')
    expect(data.sessions).toMatchObject([
      { isThis: true, browser: 'Chrome on Linux', method: 'totp', address: '203.0.113.7' },
      { isThis: false, browser: 'Firefox on Windows', stage: 'second-factor', address: '198.51.100.9' },
    ])
    expect(JSON.stringify(data)).not.toContain(browser.tokenHash())
  })

  test('one ends, with what it listens to; this one does not end by that', async () => {
    await setUp()
    const elsewhere = await hold()
    const { data } = await browser.ask('security.get')
    const [own, other] = data.sessions
    ended.length = 0
    expect((await browser.ask('security.revokeSession', { sessionId: own?.id })).code).toBe('NOT_FOUND')
    expect((await browser.ask('security.revokeSession', { sessionId: other?.id })).code).toBe('ok')
    expect((await browser.ask('security.revokeSession', { sessionId: other?.id })).code).toBe('NOT_FOUND')
    expect([await isLive(elsewhere), await isLive(browser)]).toEqual([false, true])
    expect(ended).toEqual([elsewhere.tokenHash()])
    expect(await told()).toContain('session:end: ended from another session')
  })

  test('all others end', async () => {
    await setUp()
    const others = [await hold(), await hold()]
    expect((await browser.ask('security.revokeOtherSessions')).data).toEqual({ ended: 2 })
    for (const other of others) expect(await isLive(other)).toBe(false)
    expect(await isLive(browser)).toBe(true)
  })
})
