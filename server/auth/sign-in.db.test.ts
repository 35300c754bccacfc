import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { auditRecords } from '../../db/schema/records.ts'
import { read } from '../access.ts'
import { openMailbox } from '../members/testing.ts'
import { Browser } from './testing/browser.ts'
import { addApp, addPasskey, codeAt, givePassword, goodPassword, usePasskey } from './testing/ways-in.ts'
import { openTenancy, type TestCompany } from './testing.ts'

vi.mock('next/headers', async () => (await import('./testing/next-headers.ts')).nextHeaders)
vi.mock('next-auth', async () => (await import('./testing/next-auth.ts')).nextAuth)

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
let mailbox: Awaited<ReturnType<typeof openMailbox>>
beforeAll(async () => {
  mailbox = await openMailbox()
  tenancy = await openTenancy()
  company = await tenancy.makeCompany()
})
afterAll(async () => {
  await tenancy.close()
  await mailbox?.close()
})

let hour = 0
let now: Date
let person: { userId: string; email: string }
let browser: Browser
let address = 0
beforeEach(async () => {
  hour += 1
  now = new Date(Date.parse('2026-09-18T10:00:00Z') + hour * 3_600_000)
  person = await company.makeMember('technician')
  browser = newBrowser()
})
const newBrowser = () => {
  address += 1
  return new Browser(now, `203.0.113.${address}`)
}
const later = (ms: number) => new Date(now.getTime() + ms)

/** A person with password and app, as after their enrolment half an hour ago. */
async function enrolled() {
  const first = new Browser(later(-1_800_000), '198.51.100.1')
  await givePassword(person.userId, first.now)
  await first.hold({ userId: person.userId, stage: 'enrol', method: 'password' })
  const { seed, codes } = await addApp(first)
  return { first, seed, codes: codes ?? [] }
}
const typePassword = (where = browser, password = goodPassword) =>
  where.ask('signIn.password', { email: person.email, password })
const stageOf = async (where = browser) => {
  const rows = await tenancy.database.owner`select stage, method, address, user_agent, proved_at
    from auth.sessions where token_hash = ${where.tokenHash()}`
  return rows[0] ?? null
}
const told = async () => {
  const rows = await read(company.job, 'audit:read', (tx) =>
    tx.select().from(auditRecords).where(eq(auditRecords.actorId, person.userId)).orderBy(auditRecords.id),
  )
  return rows.map(({ action, outcome, reason }) => `${action} ${outcome}: ${reason}`)
}

describe('password, then the second factor', () => {
  test('two proofs make a full session, each under a new token', async () => {
    const { seed } = await enrolled()
    expect((await typePassword()).data).toEqual({ next: 'second-factor' })
    expect(await stageOf()).toMatchObject({ stage: 'second-factor', method: 'password', proved_at: null })
    const pending = browser.tokenHash()
    const reply = await browser.ask('signIn.code', { code: await codeAt(seed, now) })
    expect(reply.data).toEqual({ next: 'home' })
    expect(await stageOf()).toMatchObject({
      stage: 'full',
      method: 'totp',
      proved_at: now,
      address: browser.address,
      user_agent: browser.userAgent,
    })
    expect(browser.tokenHash()).not.toBe(pending)
    const rows = await tenancy.database.owner`select 1 from auth.sessions where token_hash = ${pending}`
    expect(rows).toHaveLength(0)
    expect(await told()).toEqual([
      'factor:add done: authenticator app',
      'session:begin done: Password and code',
      'session:begin done: Password and code',
    ])
  })

  test('without a factor the way leads to adding one; a password alone is never a full session', async () => {
    await givePassword(person.userId, now)
    expect((await typePassword()).data).toEqual({ next: 'enrol' })
    expect(await stageOf()).toMatchObject({ stage: 'enrol' })
  })

  test('a wrong password, nobody’s address and a person without one are told apart by nothing', async () => {
    await givePassword(person.userId, now)
    const without = await company.makeMember('technician')
    const answers = await Promise.all([
      typePassword(newBrowser(), 'another password'),
      newBrowser().ask('signIn.password', { email: 'nobody@example.com', password: goodPassword }),
      newBrowser().ask('signIn.password', { email: without.email, password: goodPassword }),
    ])
    const same = { code: 'FORBIDDEN', message: 'This e-mail address and password do not belong together.' }
    for (const answer of answers) expect(answer).toMatchObject(same)
    await expect.poll(told).toEqual(['session:refuse denied: wrong password'])
  })

  test('nor by the time it takes', async () => {
    await givePassword(person.userId, now)
    const spent = { known: [] as number[], unknown: [] as number[] }
    for (let round = 0; round < 15; round++)
      for (const who of ['known', 'unknown'] as const) {
        const email = who === 'known' ? person.email : `nobody-${round}@example.com`
        const from = newBrowser()
        const start = performance.now()
        await from.ask('signIn.password', { email, password: 'wrong password' })
        spent[who].push(performance.now() - start)
      }
    const [known = 0, unknown = 0] = [spent.known, spent.unknown].map((times) => times.sort((a, b) => a - b)[7])
    // Without the hash for nobody it would be a fifth.
    expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(1.8)
  })

  test('the e-mail address and the password are read as people write them', async () => {
    await givePassword(person.userId, now, 'Café am Markt 12')
    const reply = await browser.ask('signIn.password', {
      email: `  ${person.email.toUpperCase()}`,
      password: 'Cafe\u0301 am Markt 12',
    })
    expect(reply.code).toBe('ok')
  })
})

describe('codes of the app', () => {
  test('each counts once, at the same moment too', async () => {
    const { seed } = await enrolled()
    const code = await codeAt(seed, now)
    const browsers = [newBrowser(), newBrowser(), newBrowser()]
    for (const each of browsers) await typePassword(each)
    const codes = await Promise.all(browsers.map((each) => each.ask('signIn.code', { code })))
    expect(codes.map(({ code: answer }) => answer).sort()).toEqual(['FORBIDDEN', 'FORBIDDEN', 'ok'])
  })

  test('one step around now, and no older one after a newer', async () => {
    const { seed } = await enrolled()
    const at = async (ms: number) => {
      const each = newBrowser()
      await typePassword(each)
      return (await each.ask('signIn.code', { code: await codeAt(seed, later(ms)) })).code
    }
    expect(await at(-61_000)).toBe('FORBIDDEN')
    expect(await at(61_000)).toBe('FORBIDDEN')
    expect(await at(-30_000)).toBe('ok')
    expect(await at(30_000)).toBe('ok')
    expect(await at(0)).toBe('FORBIDDEN')
  })

  test('the code of the enrolment is used up', async () => {
    await givePassword(person.userId, now)
    await browser.hold({ userId: person.userId, stage: 'enrol', method: 'password' })
    const { seed } = await addApp(browser)
    const next = newBrowser()
    await typePassword(next)
    expect((await next.ask('signIn.code', { code: await codeAt(seed, now) })).code).toBe('FORBIDDEN')
  })

  test('somebody else’s offer to scan is not taken', async () => {
    const other = await company.makeMember('owner')
    const theirs = newBrowser()
    await theirs.hold({ userId: other.userId, stage: 'enrol', method: 'link' })
    const { data: offer } = await theirs.ask('factors.offerTotp')
    await browser.hold({ userId: person.userId, stage: 'enrol', method: 'link' })
    const code = await codeAt(offer.text.replaceAll(' ', ''), now)
    const reply = await browser.ask('factors.confirmTotp', {
      sealedSeed: offer.sealedSeed,
      code,
      password: goodPassword,
    })
    expect(reply).toMatchObject({ code: 'BAD_REQUEST' })
  })

  test('the seed never stands in the database', async () => {
    const { seed } = await enrolled()
    const [row] = await tenancy.database.owner`select * from auth.totp_factors where user_id = ${person.userId}`
    expect(JSON.stringify(row)).not.toContain(seed)
  })
})

describe('recovery codes', () => {
  test('ten, each once, at the same moment too', async () => {
    const { codes } = await enrolled()
    expect(codes).toHaveLength(10)
    expect(new Set(codes).size).toBe(10)
    const browsers = [newBrowser(), newBrowser()]
    for (const each of browsers) await typePassword(each)
    const answers = await Promise.all(
      browsers.map((each) => each.ask('signIn.recoveryCode', { code: codes[0]?.toLowerCase().replaceAll('-', ' ') })),
    )
    expect(answers.map(({ code }) => code).sort()).toEqual(['FORBIDDEN', 'ok'])
    const [left] = await tenancy.database
      .owner`select count(*)::int as count from auth.recovery_codes where user_id = ${person.userId} and used_at is null`
    expect(left?.count).toBe(9)
  })

  test('new ones end the old ones, and every other session', async () => {
    const { codes, first } = await enrolled()
    await browser.hold({ userId: person.userId, stage: 'full', method: 'totp' })
    const { data } = await browser.ask('factors.renewRecoveryCodes')
    expect(data.recoveryCodes).toHaveLength(10)
    expect(await stageOf(first)).toBeNull()
    const next = newBrowser()
    await typePassword(next)
    expect((await next.ask('signIn.recoveryCode', { code: codes[1] })).code).toBe('FORBIDDEN')
    expect((await next.ask('signIn.recoveryCode', { code: data.recoveryCodes?.[1] })).code).toBe('ok')
  })
})

describe('passkeys', () => {
  async function withPasskey() {
    await browser.hold({ userId: person.userId, stage: 'enrol', method: 'invitation' })
    return addPasskey(browser, person.userId)
  }

  test('one proof that counts as both, without an e-mail address', async () => {
    const { passkey, codes } = await withPasskey()
    expect(codes).toHaveLength(10)
    expect(await stageOf()).toMatchObject({ stage: 'full', method: 'passkey' })
    const next = newBrowser()
    expect((await usePasskey(next, passkey)).reply.data).toEqual({ next: 'home' })
    expect(await stageOf(next)).toMatchObject({ stage: 'full', method: 'passkey', proved_at: now })
  })

  test('an answer counts once: its challenge is taken with it', async () => {
    const { passkey } = await withPasskey()
    const next = newBrowser()
    const { response } = await usePasskey(next, passkey)
    expect((await next.ask('signIn.passkey', { response })).code).toBe('FORBIDDEN')
  })

  test('a ceremony belongs to its browser, and ends after five minutes', async () => {
    const { passkey } = await withPasskey()
    const { response } = await usePasskey(newBrowser(), passkey, { change: { origin: 'http://elsewhere.example' } })
    const thief = newBrowser()
    await thief.ask('signIn.passkeyOptions')
    expect((await thief.ask('signIn.passkey', { response })).code).toBe('FORBIDDEN')
    const slow = newBrowser()
    const { data: options } = await slow.ask('signIn.passkeyOptions')
    slow.now = later(5 * 60_000)
    passkey.counter += 1
    const late = passkey.answer({ challenge: options.challenge, origin: 'http://localhost:3000', rpId: 'localhost' })
    expect((await slow.ask('signIn.passkey', { response: late })).message).toMatch(/too long/)
  })

  test.each([
    ['another origin', { origin: 'http://localhost:3001' }],
    ['another host', { rpId: 'evil.example' }],
    ['another challenge', { challenge: 'AAAA' }],
  ])('is refused for %s', async (_says, change) => {
    const { passkey } = await withPasskey()
    expect((await usePasskey(newBrowser(), passkey, { change })).reply.code).toBe('FORBIDDEN')
    await expect.poll(told).toContain('session:refuse denied: passkey refused')
  })

  test('is refused without finger, face or PIN, when it is made and when it is used', async () => {
    const { passkey } = await withPasskey()
    passkey.isVerifying = false
    expect((await usePasskey(newBrowser(), passkey)).reply.code).toBe('FORBIDDEN')
  })

  test('is refused when its counter does not rise: it was copied', async () => {
    const { passkey } = await withPasskey()
    passkey.counter = 5
    expect((await usePasskey(newBrowser(), passkey)).reply.code).toBe('ok')
    passkey.counter = 3
    expect((await usePasskey(newBrowser(), passkey)).reply.code).toBe('FORBIDDEN')
  })

  test('is refused in the name of somebody else', async () => {
    const { passkey } = await withPasskey()
    passkey.userHandle = (await company.makeMember('owner')).userId
    expect((await usePasskey(newBrowser(), passkey)).reply.code).toBe('FORBIDDEN')
  })
})

describe('recovery by mail', () => {
  async function mailedToken(): Promise<string> {
    const before = mailbox.mailsTo(person.email).length
    expect((await browser.ask('signIn.askRecovery', { email: person.email })).code).toBe('ok')
    await expect.poll(() => mailbox.mailsTo(person.email).length).toBe(before + 1)
    return mailbox.tokenTo(person.email)
  }

  test('ends in the second factor, then a new password may be chosen without the old one', async () => {
    const { first } = await enrolled()
    const codes = await renewedCodes(first)
    expect((await browser.ask('signIn.redeemRecovery', { token: await mailedToken() })).data).toEqual({
      next: 'second-factor',
    })
    expect(await stageOf()).toMatchObject({ stage: 'second-factor', method: 'recovery' })
    expect((await browser.ask('security.setPassword', { password: 'another good one' })).code).toBe('UNAUTHORIZED')
    expect((await browser.ask('signIn.recoveryCode', { code: codes[0] })).data).toEqual({ next: 'security' })
    expect((await browser.ask('security.setPassword', { password: 'another good one' })).code).toBe('ok')
    expect(await stageOf(first)).toBeNull()
    // The reset is done.
    expect((await browser.ask('security.setPassword', { password: 'a third good one' })).code).toBe('FORBIDDEN')
    expect((await typePassword(newBrowser(), 'another good one')).code).toBe('ok')
    expect((await typePassword(newBrowser())).code).toBe('FORBIDDEN')
  })
  async function renewedCodes(first: Browser): Promise<string[]> {
    first.now = now
    await first.hold({ userId: person.userId, stage: 'full', method: 'totp' })
    return (await first.ask('factors.renewRecoveryCodes')).data.recoveryCodes ?? []
  }

  test('without a factor it ends in adding one', async () => {
    expect((await browser.ask('signIn.redeemRecovery', { token: await mailedToken() })).data).toEqual({ next: 'enrol' })
  })

  test('a link works once, fifteen minutes, and only for recovery', async () => {
    const token = await mailedToken()
    browser.now = later(15 * 60_000)
    expect((await browser.ask('signIn.redeemRecovery', { token })).code).toBe('FORBIDDEN')
    browser.now = now
    expect((await browser.ask('signIn.redeemRecovery', { token })).code).toBe('ok')
    expect((await browser.ask('signIn.redeemRecovery', { token })).code).toBe('FORBIDDEN')
  })

  test('nobody’s address gets the same answer and no mail', async () => {
    const nobody = await browser.ask('signIn.askRecovery', { email: 'nobody@example.com' })
    expect(nobody).toEqual(await browser.ask('signIn.askRecovery', { email: person.email }))
    await expect.poll(() => mailbox.mailsTo(person.email).length).toBe(1)
    expect(mailbox.mailsTo('nobody@example.com')).toEqual([])
  })

  test('a link that was not used ends with a change of factors', async () => {
    const token = await mailedToken()
    const other = newBrowser()
    await other.hold({ userId: person.userId, stage: 'enrol', method: 'invitation' })
    await addPasskey(other, person.userId)
    expect((await browser.ask('signIn.redeemRecovery', { token })).code).toBe('FORBIDDEN')
  })
})

describe('too many tries', () => {
  test('of an account from one address: 429 with when, for nobody’s account too; another address still gets in', async () => {
    await enrolled()
    for (const email of [person.email, 'nobody@example.com']) {
      const from = newBrowser()
      const tries = await Promise.all(
        Array.from({ length: 12 }, () => from.ask('signIn.password', { email, password: 'wrong password' })),
      )
      expect(tries.filter(({ code }) => code === 'FORBIDDEN')).toHaveLength(8)
      expect(tries.filter(({ code }) => code === 'TOO_MANY_REQUESTS')).toHaveLength(4)
      const last = await from.ask('signIn.password', { email, password: goodPassword })
      expect(last).toMatchObject({ code: 'TOO_MANY_REQUESTS', message: expect.stringMatching(/in 1[0-5] minutes\.$/) })
    }
    expect((await typePassword(newBrowser())).code).toBe('ok')
  })

  test('who gets in is not held to the tries before', async () => {
    await enrolled()
    for (let round = 0; round < 3; round++) {
      for (let wrong = 0; wrong < 5; wrong++) await typePassword(browser, 'wrong password')
      expect((await typePassword()).code).toBe('ok')
    }
  })

  test('of codes: six in five minutes, also when the right one comes then', async () => {
    const { seed } = await enrolled()
    await typePassword()
    const codes = await Promise.all(Array.from({ length: 8 }, () => browser.ask('signIn.code', { code: '000000' })))
    expect(codes.filter(({ code }) => code === 'TOO_MANY_REQUESTS')).toHaveLength(2)
    expect((await browser.ask('signIn.code', { code: await codeAt(seed, now) })).code).toBe('TOO_MANY_REQUESTS')
  })

  test('of recovery mails', async () => {
    const answers = []
    for (let mail = 0; mail < 4; mail++)
      answers.push(await newBrowser().ask('signIn.askRecovery', { email: person.email }))
    expect(answers.map(({ code }) => code)).toEqual(['ok', 'ok', 'ok', 'TOO_MANY_REQUESTS'])
  })

  test('the counters hold no address and no name', async () => {
    await typePassword(browser, 'wrong password')
    const rows = await tenancy.database.owner`select key from auth.rate_limits`
    const text = JSON.stringify(rows)
    expect(rows.length).toBeGreaterThan(2)
    expect(text).not.toContain(person.email)
    expect(text).not.toContain(browser.address)
  })
})
