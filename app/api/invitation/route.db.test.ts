import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { contextOf } from '@/server/auth/contexts'
import { readInvitation } from '@/server/auth/invitation-guest'
import { ensurePerson, findPerson } from '@/server/auth/people'
import { findSession } from '@/server/auth/sessions'
import { openTenancy, type TestCompany } from '@/server/auth/testing'
import { Browser } from '@/server/auth/testing/browser'
import { says } from '@/server/auth/testing/next-auth'
import { addPasskey, givePassword } from '@/server/auth/testing/ways-in'
import type { Context } from '@/server/context'
import { inviteMember } from '@/server/members/invite-member'
import { suspendMember } from '@/server/members/suspend-member'
import { openMailbox } from '@/server/members/testing'
import { setManagerFactors } from '@/server/msps/set-manager-factors'
import { POST } from './route.ts'

vi.mock('next/headers', async () => (await import('@/server/auth/testing/next-headers')).nextHeaders)
vi.mock('next-auth', async () => (await import('@/server/auth/testing/next-auth')).nextAuth)

const host = 'console.example'
const own = { origin: `http://${host}` }
let tenancy: Awaited<ReturnType<typeof openTenancy>>
let mailbox: Awaited<ReturnType<typeof openMailbox>>
let company: TestCompany
let browser: Browser
beforeAll(async () => {
  tenancy = await openTenancy()
  mailbox = await openMailbox()
  company = await tenancy.makeCompany('asked-in')
})
afterAll(async () => {
  await mailbox.close()
  await tenancy.close()
})
beforeEach(() => {
  browser = new Browser(new Date())
  says.userId = null
})

/** An owner, as of now: the route goes by the clock. */
async function makeOwner(at = company): Promise<Context & { userId: string }> {
  const { userId } = await at.makeMember('owner')
  return { ...(await contextOf({ userId, provedAt: new Date() }, at.slug)), userId }
}
/** Somebody asked in: the token of the mail. */
async function invite(by: Context, email = `${randomUUID()}@example.com`): Promise<{ email: string; token: string }> {
  await inviteMember(by, { name: 'Gail Guest', email, role: 'technician', clients: 'all' })
  return { email, token: mailbox.tokenTo(email) }
}

/** A client manager asked in, where the company asks them for no factor: the token of the mail. */
async function inviteManager(at: TestCompany, email = `${randomUUID()}@example.com`) {
  const { clientId } = await at.makeClient()
  const owner = await makeOwner(at)
  await setManagerFactors(owner, { managersNeedFactor: false })
  await inviteMember(owner, { name: 'Mara Manager', email, role: 'client-manager', clients: [clientId] })
  return { email, token: mailbox.tokenTo(email) }
}

async function press(token: string, headers: Record<string, string> = own): Promise<string | null> {
  const body = new URLSearchParams({ token })
  const request = new Request(`http://${host}/`, { method: 'POST', headers: { host, ...headers }, body })
  return (await browser.run(() => POST(request))).headers.get('location')
}
const begun = async () => (await findSession(browser.tokenHash(), new Date()))?.stage ?? null
/** Whether they are a member: whoever has a context in the company is. */
async function isMember(email: string, at = company): Promise<boolean> {
  const person = await findPerson(email)
  if (!person) return false
  return contextOf({ userId: person.id }, at.slug).then(
    () => true,
    () => false,
  )
}

test('who presses the button of the mail is a member, and adds a first factor next; pressed again it says no', async () => {
  const { email, token } = await invite(await makeOwner())
  expect(await press(token)).toBe('/sign-in/enrol')
  expect([await isMember(email), await begun()]).toEqual([true, 'enrol'])
  browser = new Browser(new Date())
  expect(await press(token)).toBe('/invitation?refused=dead')
  expect(await begun()).toBeNull()
})

test('who has a way in signs in by it: the mailbox begins nothing', async () => {
  const first = await invite(await makeOwner())
  await press(first.token)
  const userId = (await findPerson(first.email))?.id ?? ''
  await addPasskey(browser, userId)
  const other = await tenancy.makeCompany('asked-too')
  const { token } = await invite(await makeOwner(other), first.email)
  browser = new Browser(new Date())
  expect(await press(token)).toBe('/invitation/accepted')
  expect([await isMember(first.email, other), await begun()]).toEqual([true, null])
})

describe('a client manager of whom no factor is asked', () => {
  test('is not in by the mail: they choose a password, or add a factor, next', async () => {
    const { token } = await inviteManager(await tenancy.makeCompany())
    expect(await readInvitation(token, new Date())).toMatchObject({ kind: 'open', isFactorAsked: false })
    expect(await press(token)).toBe('/sign-in/enrol')
    expect(await begun()).toBe('enrol')
    expect((await browser.ask('signIn.withoutFactor', { password: 'barley field at dawn' })).code).toBe('ok')
    expect(await begun()).toBe('full')
  })

  test('signs in with the password they have: the mail begins nothing', async () => {
    const { email } = await inviteManager(await tenancy.makeCompany())
    await givePassword((await ensurePerson({ name: 'Mara', email }, new Date())).id, new Date())
    const { token } = await inviteManager(await tenancy.makeCompany(), email)
    expect(await press(token)).toBe('/invitation/accepted')
    expect(await begun()).toBeNull()
  })

  test('reads before that a factor will be asked for, where another company of theirs wants one', async () => {
    const { email, token: first } = await invite(await makeOwner())
    await press(first)
    const { token } = await inviteManager(await tenancy.makeCompany(), email)
    expect(await readInvitation(token, new Date())).toMatchObject({ kind: 'open', isFactorAsked: true })
    expect(await press(token)).toBe('/sign-in/enrol')
    expect((await browser.ask('signIn.withoutFactor', { password: 'barley field at dawn' })).code).not.toBe('ok')
    expect(await begun()).toBe('enrol')
  })
})

test('who may not come in by it is led to the page that says why', async () => {
  const [owner, boss] = [await makeOwner(), await makeOwner()]
  const { email, token } = await invite(owner)
  await suspendMember(boss, { userId: owner.userId, reason: '' })
  expect(await press(token)).toBe('/invitation?refused=lapsed')
  expect([await isMember(email), await begun()]).toEqual([false, null])
})

test.each([
  ['of another site', { origin: 'http://evil.example' }],
  ['of a sister site', { origin: `http://other.${host}` }],
  ['that hides where it is', { origin: 'null' }],
  ['that is none', {}],
])('a page %s uses nothing up and begins nothing', async (_says, headers: Record<string, string>) => {
  const { email, token } = await invite(await makeOwner())
  expect(await press(token, headers)).not.toBe('/sign-in/enrol')
  expect([await isMember(email), await begun()]).toEqual([false, null])
  expect(await press(token)).toBe('/sign-in/enrol')
})
