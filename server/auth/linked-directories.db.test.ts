import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { identityTenants } from '../../db/schema/tenancy.ts'
import { inTenant } from '../../db/tenant.ts'
import { addMember } from '../members/add-member.ts'
import { Browser } from './testing/browser.ts'
import { addPasskey } from './testing/ways-in.ts'
import { testNow as now, openTenancy, type TestCompany } from './testing.ts'

vi.mock('next/headers', async () => (await import('./testing/next-headers.ts')).nextHeaders)
vi.mock('next-auth', async () => (await import('./testing/next-auth.ts')).nextAuth)

const directory = { provider: 'google', tenant: 'elsewhere.example' } as const
let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
let userId: string
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany()
  userId = (await company.makeMember('technician')).userId
  const browser = new Browser(now)
  await browser.hold({ userId, stage: 'enrol', method: 'invitation' })
  await addPasskey(browser, userId)
})
afterAll(() => tenancy.close())

const trustAt = ({ job, mspId }: TestCompany) =>
  inTenant(job, (tx) => tx.insert(identityTenants).values({ ...directory, mspId, addedAt: now, addedBy: userId }))

/** What the person's own page answers to a session that the directory began. */
async function ask(provedAt: Date | null): Promise<string[]> {
  const held = new Browser(now)
  await held.hold({ userId, stage: 'full', method: 'directory', directory, provedAt })
  const { code: read } = await held.ask('security.get')
  const { code: rename } = await held.ask('factors.renamePasskey', { credentialId: 'AAAA', name: 'Mine' })
  const { code: end } = await held.ask('security.revokeOtherSessions')
  return [read, rename, end]
}

test('a session of a directory that only some companies trust reads and changes nothing of the person before they proved it', async () => {
  await trustAt(company)
  const other = await tenancy.makeCompany()
  await addMember(other.job, { userId, name: 'Two', email: 'two@example.com', role: 'read-only', clients: 'all' })
  const asks = 'PRECONDITION_REQUIRED'
  expect(await ask(null)).toEqual([asks, asks, asks])
  expect(await ask(now)).toEqual(['ok', 'NOT_FOUND', 'ok'])
  await trustAt(other)
  expect((await ask(null))[0]).toBe('ok')
})
