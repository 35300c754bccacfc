import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { findSession } from '@/server/auth/sessions'
import { closeAuth, connectAuth } from '@/server/auth/store'
import { openTenancy, type TestCompany } from '@/server/auth/testing'
import { Browser } from '@/server/auth/testing/browser'
import { endLiveStreams, openLiveStream } from '@/server/live/hub'
import { POST } from './route.ts'

vi.mock('next/headers', async () => (await import('@/server/auth/testing/next-headers')).nextHeaders)
vi.mock('next-auth', async () => (await import('@/server/auth/testing/next-auth')).nextAuth)

const host = 'console.example'
let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
let userId: string
let browser: Browser
let hasEnded: boolean
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany()
  userId = (await company.makeMember('owner')).userId
})
afterAll(() => tenancy.close())
beforeEach(async () => {
  browser = new Browser(new Date())
  hasEnded = false
  const tokenHash = await browser.hold({ userId, stage: 'full', method: 'passkey' })
  const scope = company.job
  const onEnd = () => {
    hasEnded = true
  }
  openLiveStream({ tokenHash, userId }, { scope, recheck: async () => scope, write() {}, onEnd })
})
afterEach(() => endLiveStreams())

const press = (headers: Record<string, string> = { origin: `http://${host}` }) =>
  browser.run(() => POST(new Request(`http://${host}/`, { method: 'POST', headers: { host, ...headers } })))
const standsStill = async () => (await findSession(browser.tokenHash(), new Date())) !== null

test('signing out ends the session, and what it still listens to', async () => {
  const answer = await press()
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in'])
  expect([await standsStill(), hasEnded]).toEqual([false, true])
})

test.each([
  ['foreign page', { origin: 'http://evil.example' }],
  ['page of a sister site', { origin: `http://other.${host}` }],
  ['request of no page', {}],
])('a %s ends nothing', async (_says, headers: Record<string, string>) => {
  expect((await press(headers)).status).toBe(303)
  expect([await standsStill(), hasEnded]).toEqual([true, false])
})

test('without the database it says so, and nothing is called ended', async () => {
  const connect = (databaseUrl: string) =>
    connectAuth({ databaseUrl, secret: 'x'.repeat(32), publicUrl: 'http://127.0.0.1:3000' })
  await closeAuth()
  connect('postgres://nobody@127.0.0.1:1/nothing')
  expect((await press()).status).toBe(503)
  await closeAuth()
  connect(tenancy.database.urls.app_auth)
  expect([await standsStill(), hasEnded]).toEqual([true, false])
})
