import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { mintSignInLink } from '../../../../server/auth/mint-sign-in-link.ts'
import { Browser } from '../../../../server/auth/testing/browser.ts'
import { addPasskey } from '../../../../server/auth/testing/ways-in.ts'
import { openTenancy } from '../../../../server/auth/testing.ts'
import { POST } from './route.ts'

vi.mock('next/headers', async () => (await import('../../../../server/auth/testing/next-headers.ts')).nextHeaders)
vi.mock('next-auth', async () => (await import('../../../../server/auth/testing/next-auth.ts')).nextAuth)

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let person: { userId: string; email: string }
beforeAll(async () => {
  tenancy = await openTenancy()
  person = await (await tenancy.makeCompany()).makeMember('owner')
})
afterAll(() => tenancy.close())

const here = { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000', 'x-patchward-peer': '127.0.0.1' }
const elsewhere = { host: 'console.example', origin: 'https://console.example', 'x-patchward-peer': '203.0.113.7' }

/** Presses the button of a new link; answers where it leads and which stage begins. */
async function press(headers: Record<string, string>) {
  const link = await mintSignInLink(person.email, new Date())
  const token = new URL(link ?? '', 'http://127.0.0.1').searchParams.get('token') ?? ''
  const browser = new Browser(new Date())
  const request = new Request('http://127.0.0.1/', { method: 'POST', headers, body: new URLSearchParams({ token }) })
  const answer = await browser.run(() => POST(request))
  const rows = await tenancy.database.owner`select stage from auth.sessions where token_hash = ${browser.tokenHash()}`
  return { to: answer.headers.get('location'), stage: rows[0]?.stage, browser }
}

test('on the machine itself a link is enough', async () => {
  expect(await press(here)).toMatchObject({ to: '/', stage: 'full' })
})

test('elsewhere it leads to adding a second factor, or to showing it', async () => {
  const { browser, ...first } = await press(elsewhere)
  expect(first).toEqual({ to: '/sign-in/enrol', stage: 'enrol' })
  await addPasskey(browser, person.userId)
  expect(await press(elsewhere)).toMatchObject({ to: '/sign-in/second-factor', stage: 'second-factor' })
})

test('a proxy on this machine that speaks for others is elsewhere', async () => {
  expect(await press({ ...here, 'x-patchward-peer': 'behind a proxy' })).toMatchObject({ stage: 'second-factor' })
})

test('a foreign page uses nothing up', async () => {
  expect(await press({ ...here, origin: 'https://evil.example' })).toMatchObject({
    to: '/sign-in/link',
    stage: undefined,
  })
})
