import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { endSessionsOf } from '@/server/auth/end-sessions'
import { sessionMs } from '@/server/auth/sessions'
import { openTenancy, type TestCompany } from '@/server/auth/testing'
import { Browser } from '@/server/auth/testing/browser'
import { says } from '@/server/auth/testing/next-auth'
import { announce, endLiveStreams } from '@/server/live/hub'
import { suspendMember } from '@/server/members/suspend-member'
import { roles } from '@/server/permissions'
import { GET } from './route.ts'

vi.mock('next/headers', async () => (await import('@/server/auth/testing/next-headers')).nextHeaders)
vi.mock('next-auth', async () => (await import('@/server/auth/testing/next-auth')).nextAuth)

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany('listened-to')
})
afterEach(() => endLiveStreams())
afterAll(() => tenancy.close())

/** Asks for the stream of an MSP: what it answers, without waiting for its end. */
async function listen(browser: Browser, userId: string, msp = company.slug) {
  says.userId = userId
  const params = Promise.resolve({ msp })
  const answer = await browser.run(() => GET(new Request('http://127.0.0.1/'), { params }))
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  return { status: answer.status, isStream, said: isStream ? '' : await answer.text() }
}

async function browserOf(userId: string, stage: 'full' | 'second-factor' | 'enrol' = 'full', at = new Date()) {
  const browser = new Browser(at)
  await browser.hold({ userId, stage, method: 'password' })
  return browser
}

const signIn = { status: 401, isStream: false, said: 'Sign in to go on.\n' }
const nothing = { status: 404, isStream: false, said: 'This page was not found\n' }

test.each(roles)('%s: whoever has the console hears, and nobody else', async (role) => {
  const clients = role === 'client-manager' ? [(await company.makeClient()).clientId] : 'all'
  const { userId } = await company.makeMember(role, clients)
  const answer = await listen(await browserOf(userId), userId)
  expect(answer).toEqual(role === 'client-manager' ? nothing : { status: 200, isStream: true, said: '' })
})

test('nobody, and whose session is over or not yet whole', async () => {
  const { userId } = await company.makeMember('owner')
  expect(await listen(new Browser(new Date()), userId)).toEqual(signIn)
  for (const stage of ['second-factor', 'enrol'] as const)
    expect(await listen(await browserOf(userId, stage), userId), stage).toEqual(signIn)
  expect(await listen(await browserOf(userId, 'full', new Date(Date.now() - sessionMs)), userId)).toEqual(signIn)
  const revoked = await browserOf(userId)
  await endSessionsOf(userId)
  expect(await listen(revoked, userId)).toEqual(signIn)
})

test('who belongs elsewhere, or is suspended, as for a company that never was', async () => {
  const elsewhere = await (await tenancy.makeCompany()).makeMember('owner')
  expect(await listen(await browserOf(elsewhere.userId), elsewhere.userId)).toEqual(nothing)
  expect(await listen(await browserOf(elsewhere.userId), elsewhere.userId, 'no-such-msp')).toEqual(nothing)
  const owner = await company.makeMember('owner')
  const gone = await company.makeMember('technician')
  await suspendMember(owner.ctx, { userId: gone.userId, reason: '' })
  expect(await listen(await browserOf(gone.userId), gone.userId)).toEqual(nothing)
})

test('a technician hears of their own client and not of another', async () => {
  const [mine, other] = [await company.makeClient(), await company.makeClient()]
  const { userId } = await company.makeMember('technician', [mine.clientId])
  says.userId = userId
  const browser = await browserOf(userId)
  const params = Promise.resolve({ msp: company.slug })
  const answer = await browser.run(() => GET(new Request('http://127.0.0.1/'), { params }))
  const { mspId } = company.job
  announce({ mspId, clientId: other.clientId, topic: 'device', ids: [other.clientId] })
  announce({ mspId, clientId: mine.clientId, topic: 'device', ids: [mine.clientId] })
  endLiveStreams()
  const heard = await answer.text()
  expect(heard).toContain(mine.clientId)
  expect(heard).not.toContain(other.clientId)
})
