import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditRecords } from '../../db/schema/records.ts'
import { read } from '../access.ts'
import { contextOf } from '../auth/contexts.ts'
import { openTenancy, type TestCompany, testNow } from '../auth/testing.ts'
import type { Context } from '../context.ts'
import { addDirectory } from './add-directory.ts'
import { getSettings } from './queries.ts'
import { removeDirectory } from './remove-directory.ts'
import { saveSettings } from './save-settings.ts'
import { directorySchema, saveSettingsSchema } from './schema.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
let owner: Context
let ownerId: string
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany('settings')
  const made = await company.makeMember('owner')
  owner = made.ctx
  ownerId = made.userId
})
afterAll(() => tenancy.close())

const entra = { provider: 'microsoft-entra-id', tenant: '5d3e2c1a-7b6f-4e21-9c0d-1f2a3b4c5d6e' } as const

test('limits are saved for one company and told in its log; the same again is no change', async () => {
  const other = (await (await tenancy.makeCompany()).makeMember('owner')).ctx
  const limits = { secondPersonDevices: 20, devicesPerHour: 80 }
  await saveSettings(owner, limits)
  await saveSettings(owner, limits)
  expect(await getSettings(owner)).toMatchObject(limits)
  expect(await getSettings(other)).toMatchObject({ secondPersonDevices: 50, devicesPerHour: 500 })
  const records = await read(owner, 'audit:read', (tx) => tx.select().from(auditRecords))
  const saved = records.filter((record) => record.action === 'msp:save-settings')
  expect(saved.map((record) => record.changes)).toEqual([{ secondPersonDevices: [50, 20], devicesPerHour: [500, 80] }])
})

test('who sees some clients, or has no right, or has not just proved who they are, sets nothing', async () => {
  const { clientId } = await company.makeClient()
  const partial = (await company.makeMember('admin', [clientId])).ctx
  const technician = (await company.makeMember('technician')).ctx
  const stale = { ...owner, actor: { ...owner.actor, provedAt: null } } as Context
  const limits = { secondPersonDevices: 9, devicesPerHour: 9 }
  for (const [ctx, code] of [
    [partial, 'forbidden'],
    [technician, 'forbidden'],
    [stale, 'step-up'],
  ] as const) {
    await expect(saveSettings(ctx, limits)).rejects.toMatchObject({ code })
    await expect(addDirectory(ctx, entra)).rejects.toMatchObject({ code })
    await expect(removeDirectory(ctx, entra)).rejects.toMatchObject({ code })
  }
})

test('a directory lets people in while it is on the list, and not a request longer', async () => {
  const proof = { userId: ownerId, directory: { provider: entra.provider, tenant: entra.tenant } }
  const comeIn = () => contextOf(proof, 'settings', testNow)
  await expect(comeIn()).rejects.toMatchObject({ code: 'forbidden' })
  await addDirectory(owner, entra)
  await expect(addDirectory(owner, entra)).rejects.toMatchObject({ code: 'conflict' })
  expect((await comeIn()).mspId).toBe(company.mspId)
  await removeDirectory(owner, entra)
  await expect(comeIn()).rejects.toMatchObject({ code: 'forbidden' })
  await expect(removeDirectory(owner, entra)).rejects.toMatchObject({ code: 'not-found' })
})

test.each([
  [entra.provider, entra.tenant, true],
  [entra.provider, entra.tenant.toUpperCase(), true],
  [entra.provider, 'common', false],
  [entra.provider, 'northfold.example', false],
  [entra.provider, '9188040d-6c67-4c5b-b112-36a304b66dad', false],
  ['google', 'Northfold.Example', true],
  ['google', 'gmail.com', false],
  ['google', 'northfold', false],
  ['google', 'a@northfold.example', false],
  ['google', '-a.example', false],
  ['google', '', false],
  ['okta', 'northfold.example', false],
])('%s %s may be on the list: %s', (provider, tenant, isFine) => {
  const parsed = directorySchema.safeParse({ provider, tenant })
  expect(parsed.success).toBe(isFine)
  if (parsed.success) expect(parsed.data.tenant).toBe(tenant.toLowerCase())
})

test.each([0, -1, 1.5, 100_001])('%d is no limit', (devicesPerHour) => {
  expect(saveSettingsSchema.safeParse({ secondPersonDevices: 1, devicesPerHour }).success).toBe(false)
})
