import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditRecords } from '../../db/schema/records.ts'
import { read } from '../access.ts'
import { openTenancy, type TestCompany } from '../auth/testing.ts'
import { createClient } from './create-client.ts'
import { getClient, listClients } from './queries.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany()
})
afterAll(() => tenancy.close())

const kestrel = { name: 'Kestrel Logistics', timeZone: 'America/New_York', siteName: 'Main office' }

test('a client is there with its site, and the audit log says who added it', async () => {
  const { ctx, userId } = await company.makeMember('owner')
  const { clientId } = await createClient(ctx, kestrel)
  expect(await getClient(ctx, { clientId })).toMatchObject({
    slug: 'kestrel-logistics',
    timeZone: 'America/New_York',
    status: null,
    sites: [{ name: 'Main office' }],
  })
  const records = await read(ctx, 'audit:read', (tx) => tx.select().from(auditRecords))
  expect(records.find((record) => record.subjectId === clientId)).toMatchObject({
    action: 'client:create',
    clientId,
    actorId: userId,
    subjectName: 'Kestrel Logistics',
  })
})

test('a second client of the same name is refused, and leaves nothing', async () => {
  const before = await listClients(company.job)
  await expect(createClient(company.job, { ...kestrel, name: 'KESTREL  logistics' })).rejects.toMatchObject({
    code: 'conflict',
  })
  expect(await listClients(company.job)).toEqual(before)
})

test('two companies may have clients of the same name', async () => {
  const other = await tenancy.makeCompany()
  await createClient(other.job, kestrel)
  expect(await listClients(other.job)).toHaveLength(1)
})

test('technicians and readers may not', async () => {
  for (const role of ['technician', 'read-only'] as const) {
    const { ctx } = await company.makeMember(role)
    await expect(createClient(ctx, { ...kestrel, name: role })).rejects.toMatchObject({ code: 'forbidden' })
  }
})

test('a technician lists their clients and does not find another', async () => {
  const mine = await company.makeClient('Mine alone')
  const notMine = await company.makeClient()
  const { ctx } = await company.makeMember('technician', [mine.clientId])
  expect((await listClients(ctx)).map((client) => client.name)).toEqual(['Mine alone'])
  await expect(getClient(ctx, { clientId: notMine.clientId })).rejects.toMatchObject({ code: 'not-found' })
})

test('another company’s client is not found', async () => {
  const theirs = await (await tenancy.makeCompany()).makeClient()
  await expect(getClient(company.job, { clientId: theirs.clientId })).rejects.toMatchObject({ code: 'not-found' })
})
