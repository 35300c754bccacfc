import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditRecords } from '../../db/schema/records.ts'
import { read } from '../access.ts'
import { openTenancy, type TestCompany } from '../auth/testing.ts'
import { archiveClient } from './archive-client.ts'
import { changeClient } from './change-client.ts'
import { createClient } from './create-client.ts'
import { getClientPage } from './get-client-page.ts'
import { listClients } from './queries.ts'

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
  const { clientId, slug } = await createClient(ctx, kestrel)
  expect(slug).toBe('kestrel-logistics')
  expect(await getClientPage(ctx, { clientId })).toMatchObject({
    client: { name: 'Kestrel Logistics', timeZone: 'America/New_York', archivedAt: null },
    devices: 0,
    sites: [{ name: 'Main office', devices: 0, isEmpty: true }],
    may: { change: { can: true }, archive: { can: true } },
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
  await expect(createClient(company.job, { ...kestrel, name: 'KESTREL logistics' })).rejects.toMatchObject({
    code: 'conflict',
    message: 'There is a client named “KESTREL logistics” already.',
  })
  expect(await listClients(company.job)).toEqual(before)
})

describe('one rule for the same name', () => {
  const zone = { timeZone: 'UTC' }
  const make = async (name: string) => {
    const { ctx } = await company.makeMember('owner')
    return { ctx, ...(await createClient(ctx, { ...kestrel, name })) }
  }

  test('names without a letter of ours share no address and no refusal', async () => {
    const [first, second] = [await make('東京'), await make('大阪')]
    expect([first.slug, second.slug]).toEqual(['client', 'client-2'])
  })

  test('a former name is free again, also for a new client, and its address is not taken twice', async () => {
    const { ctx, clientId, slug } = await make('Old Harbour')
    await changeClient(ctx, { clientId, name: 'New Harbour', ...zone })
    expect((await make('Old Harbour')).slug).toBe(`${slug}-2`)
  })

  test('creating and changing refuse the same, in whatever case', async () => {
    const { ctx, clientId } = await make('Wren Bakery')
    const other = await make('Heron Mills')
    const taken = { code: 'conflict', message: 'There is a client named “WREN bakery” already.' }
    await expect(make('WREN bakery')).rejects.toMatchObject(taken)
    await expect(changeClient(ctx, { clientId: other.clientId, name: 'WREN bakery', ...zone })).rejects.toMatchObject(
      taken,
    )
    await changeClient(ctx, { clientId, name: 'WREN BAKERY', ...zone })
  })

  test('an archived one keeps its name, and the refusal says that it is archived', async () => {
    const { ctx, clientId } = await make('Finch & Co')
    await archiveClient(ctx, { clientId, reason: '', abortRollouts: 0 })
    const taken = { code: 'conflict', message: expect.stringContaining('archived client named “finch & co”') }
    await expect(make('finch & co')).rejects.toMatchObject(taken)
    const other = await make('Linnet')
    await expect(changeClient(ctx, { clientId: other.clientId, name: 'finch & co', ...zone })).rejects.toMatchObject(
      taken,
    )
  })

  test('of two at once one gets the name', async () => {
    const answers = await Promise.allSettled([make('Plover Ltd'), make('plover ltd'), make('PLOVER LTD')])
    expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'conflict' })
  })

  test('of two changes at once too, and who does not see the other client is refused as well', async () => {
    const [a, b] = [await make('Teal One'), await make('Teal Two')]
    const answers = await Promise.allSettled(
      [a, b].map(({ ctx, clientId }) => changeClient(ctx, { clientId, name: 'Teal', ...zone })),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected'])
    const { ctx } = await company.makeMember('admin', [a.clientId])
    await expect(changeClient(ctx, { clientId: a.clientId, name: '東京', ...zone })).rejects.toMatchObject({
      code: 'conflict',
    })
  })
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
  await expect(getClientPage(ctx, { clientId: notMine.clientId })).rejects.toMatchObject({ code: 'not-found' })
})

test('another company’s client is not found', async () => {
  const theirs = await (await tenancy.makeCompany()).makeClient()
  await expect(getClientPage(company.job, { clientId: theirs.clientId })).rejects.toMatchObject({ code: 'not-found' })
})
