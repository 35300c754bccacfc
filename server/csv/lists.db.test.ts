import { afterAll, beforeAll, expect, test } from 'vitest'
import { Factories } from '../../db/factories.ts'
import { proposals } from '../../db/schema/records.ts'
import { apiKeys } from '../../db/schema/tenancy.ts'
import { inTenant } from '../../db/tenant.ts'
import { testNow as now, openTenancy, type TestCompany } from '../auth/testing.ts'
import type { Context } from '../context.ts'
import { listProposals } from '../proposals/queries.ts'
import { csvLists } from './lists.ts'
import type { CsvListName } from './schema.ts'

/** More than a page of any of these lists and more than one of their files. */
const many = 1_050
let tenancy: Awaited<ReturnType<typeof openTenancy>>
let factories: Factories
let company: TestCompany
let owner: Awaited<ReturnType<TestCompany['makeMember']>>
beforeAll(async () => {
  tenancy = await openTenancy()
  factories = new Factories(tenancy.database)
  company = await tenancy.makeCompany()
  owner = await company.makeMember('owner')
})
afterAll(async () => {
  await factories.close()
  await tenancy.close()
})

/** Each row of the file by its column of this name. */
async function readFile(ctx: Context, list: CsvListName, column: string, query = {}): Promise<string[]> {
  const place = csvLists[list].heads.indexOf(column)
  const found: string[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<(typeof csvLists)['devices']['readPage']>> = await csvLists[list].readPage(
      ctx,
      query,
      after,
    )
    found.push(...page.rows.map((row) => row[place] ?? ''))
    after = page.next
  } while (after !== null)
  return found
}

test('the file of the tokens has every one of them once, however many are made at the same moment', async () => {
  const client = await company.makeClient('Brightwater')
  await factories.inMsp(
    company.mspId,
    (
      tx,
    ) => tx`insert into enrolment_tokens (msp_id, client_id, site_id, token_hash, uses_left, expires_at, created_at, created_by, tags)
      select ${company.mspId}, ${client.clientId}, ${client.siteId}, 'hash ' || n, 1, ${now.toISOString()}, ${now.toISOString()}, 'Maker ' || n, '{}'
      from generate_series(1, ${many}) n`,
  )
  const all = Array.from({ length: many }, (_, place) => `Maker ${place + 1}`)
  expect((await readFile(owner.ctx, 'enrolment-tokens', 'Made by')).sort()).toEqual(all.sort())
  const query = { client: client.clientId }
  expect(await readFile(owner.ctx, 'enrolment-tokens', 'Made by', query)).toHaveLength(many)
})

test('the file of the API keys has every one of them once', async () => {
  const keys = Array.from({ length: many }, (_, place) => ({
    mspId: company.mspId,
    userId: owner.userId,
    name: `Key ${place + 1}`,
    prefix: `p${place}`,
    keyHash: `hash ${place}`,
    actions: [],
    createdAt: now,
    expiresAt: now,
  }))
  await inTenant(company.job, (tx) => tx.insert(apiKeys).values(keys))
  expect((await readFile(owner.ctx, 'api-keys', 'Name')).sort()).toEqual(keys.map(({ name }) => name).sort())
})

test('the file of the proposals has all that ended in the last month, where the page stops at fifty', async () => {
  const ended = Array.from({ length: 120 }, (_, place) => ({
    ...{ mspId: company.mspId, action: 'patch:approve', input: { place }, title: `Title ${place}`, reason: 'A test' },
    ...{ reach: [], deviceCount: 0, clientIds: [], proposedBy: owner.userId, proposedByName: 'A owner' },
    proposedAt: new Date(now.getTime() - (place + 1) * 3_600_000),
    expiresAt: now,
    decision: 'rejected' as const,
  }))
  await inTenant(company.job, (tx) => tx.insert(proposals).values(ended))
  expect(await readFile(owner.ctx, 'proposals', 'What was asked')).toEqual(ended.map(({ title }) => title))
  // The page says that there are more.
  const page = await listProposals(owner.ctx)
  expect([page.ended.length, page.hasMoreEnded]).toEqual([50, true])
  const whole = await listProposals(owner.ctx, ended.length)
  expect([whole.ended.length, whole.hasMoreEnded]).toEqual([ended.length, false])
})
