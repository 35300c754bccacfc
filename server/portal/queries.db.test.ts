import { afterAll, beforeAll, expect, test } from 'vitest'
import { Factories } from '../../db/factories.ts'
import { contextOf } from '../auth/contexts.ts'
import { openTenancy, type TestCompany, testNow } from '../auth/testing.ts'
import { getPortal } from './queries.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let factories: Factories
let company: TestCompany
beforeAll(async () => {
  tenancy = await openTenancy()
  factories = new Factories(tenancy.database)
  company = await tenancy.makeCompany('portal')
})
afterAll(async () => {
  await factories.close()
  await tenancy.close()
})

test('a manager sees the counts of their organisation, who looks after it, and the next window', async () => {
  const { clientId } = await company.makeClient('Kestrel Logistics')
  const { ctx } = await company.makeMember('client-manager', [clientId])
  expect(await getPortal(ctx, {})).toMatchObject({ countedAt: null, computers: { all: 0 } })
  await factories.across`insert into client_statuses (msp_id, client_id, devices, compliant, reboot_pending, past_due, silent,
    no_data, failed, refreshed_at) values (${company.mspId}, ${clientId}, 12, 9, 2, 1, 1, 1, 0, ${testNow})`
  const portal = await getPortal(ctx, { client: 'kestrel-logistics' })
  expect(portal).toMatchObject({
    msp: { name: 'MSP portal', slug: 'portal' },
    organisation: { slug: 'kestrel-logistics', name: 'Kestrel Logistics', timeZone: 'Europe/Berlin' },
    organisations: [{ slug: 'kestrel-logistics' }],
    computers: { all: 12, upToDate: 9, waitForRestart: 2, silent: 2 },
    countedAt: testNow,
    window: { isAlways: false },
  })
})

test('another organisation is not found, in the words for one that never was; of two they may have both', async () => {
  const [mine, also, hidden] = [
    await company.makeClient('Mine'),
    await company.makeClient('Also mine'),
    await company.makeClient('Hidden'),
  ]
  const { ctx } = await company.makeMember('client-manager', [mine.clientId, also.clientId])
  expect((await getPortal(ctx, {})).organisation.name).toBe('Also mine')
  expect((await getPortal(ctx, { client: 'mine' })).organisations.map(({ name }) => name)).toEqual([
    'Also mine',
    'Mine',
  ])
  for (const client of ['hidden', 'never-was'])
    await expect(getPortal(ctx, { client })).rejects.toMatchObject({
      code: 'not-found',
      message: 'This page was not found',
    })
  expect(JSON.stringify(await getPortal(ctx, {}))).not.toContain(hidden.clientId)
})

test('people of the MSP have no portal', async () => {
  for (const role of ['owner', 'technician'] as const) {
    const { ctx } = await company.makeMember(role)
    await expect(getPortal(ctx, {})).rejects.toMatchObject({ code: 'forbidden' })
  }
})

test('nor has a manager whose only organisation was archived', async () => {
  const { clientId } = await company.makeClient()
  const { userId } = await company.makeMember('client-manager', [clientId])
  await factories.inMsp(company.mspId, (tx) => tx`update clients set archived_at = now() where id = ${clientId}`)
  const ctx = await contextOf({ userId }, 'portal', testNow)
  await expect(getPortal(ctx, {})).rejects.toMatchObject({ code: 'not-found' })
})
