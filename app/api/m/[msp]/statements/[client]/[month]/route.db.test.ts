import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Factories } from '@/db/factories'
import { openTenancy, type TestCompany } from '@/server/auth/testing'
import { Browser } from '@/server/auth/testing/browser'
import { says } from '@/server/auth/testing/next-auth'
import type { Role } from '@/server/permissions'
import { GET } from './route.ts'

vi.mock('next/headers', async () => (await import('@/server/auth/testing/next-headers')).nextHeaders)
vi.mock('next-auth', async () => (await import('@/server/auth/testing/next-auth')).nextAuth)

const month = '2026-08'
let tenancy: Awaited<ReturnType<typeof openTenancy>>
let own: TestCompany & { clientId: string }
let foreign: typeof own
let factories: Factories
let bare: string
beforeAll(async () => {
  tenancy = await openTenancy()
  factories = new Factories(tenancy.database)
  own = await makeBilled()
  foreign = await makeBilled()
  bare = (await own.makeClient()).clientId
})
afterAll(async () => {
  await factories.close()
  await tenancy.close()
})

/** A company with a client that has a statement: its bytes are the company's slug. */
async function makeBilled(): Promise<typeof own> {
  const company = await tenancy.makeCompany()
  const { clientId } = await company.makeClient()
  await factories.inMsp(
    company.mspId,
    (tx) => tx`insert into statements (msp_id, client_id, month, made_at, pdf)
      values (${company.mspId}, ${clientId}, ${month}, now(), ${Buffer.from(company.slug)})`,
  )
  return { ...company, clientId }
}

/** What a member of `company` is answered who asks at the address of `at`. */
async function ask(company: TestCompany, role: Role, at: { slug: string; clientId: string }, of = month) {
  const { userId } = await company.makeMember(role, role === 'client-manager' ? [at.clientId] : 'all')
  says.userId = userId
  const browser = new Browser(new Date())
  await browser.hold({ userId, stage: 'full', method: 'password' })
  const params = Promise.resolve({ msp: at.slug, client: at.clientId, month: of })
  return browser.run(() => GET(new Request('http://127.0.0.1/'), { params }))
}

test.each(['owner', 'admin', 'billing'] as const)(
  '%s: the stored file, under a name that says what it is',
  async (role) => {
    const answer = await ask(own, role, own)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    expect(answer.headers.get('content-disposition')).toMatch(new RegExp(`-statement-${month}\\.pdf"$`))
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
    expect(await answer.text()).toBe(own.slug)
  },
)

test.each<[string, () => Promise<Response>]>([
  ['the client of another company, at the own address', () => ask(own, 'owner', { ...foreign, slug: own.slug })],
  ['at the address of another company', () => ask(own, 'owner', foreign)],
  ['the own client at the address of another company', () => ask(own, 'owner', { ...own, slug: foreign.slug })],
  ['a client that has none', () => ask(own, 'owner', { ...own, clientId: bare })],
  ['another month', () => ask(own, 'owner', own, '2026-07')],
  ['no month', () => ask(own, 'owner', own, 'august')],
])('%s: not found', async (_, asked) => {
  const answer = await asked()
  expect(answer.status).toBe(404)
  expect(await answer.text()).not.toMatch(new RegExp(`${own.slug}|${foreign.slug}`))
})

test.each(['technician', 'approver', 'read-only', 'client-manager'] as const)(
  '%s: refused, as the bill is',
  async (role) => {
    const answer = await ask(own, role, own)
    expect(answer.status).toBe(403)
    expect(await answer.text()).not.toContain(own.slug)
  },
)
