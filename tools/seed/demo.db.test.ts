import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Factories } from '../../db/factories.ts'
import { contextOf, membershipsOf } from '../../server/auth/contexts.ts'
import { findPerson } from '../../server/auth/people.ts'
import { testNow as now, openTenancy } from '../../server/auth/testing.ts'
import { listClients } from '../../server/clients/queries.ts'
import { permissionsOf } from '../../server/permissions.ts'
import { getPolicy } from '../../server/policies/queries.ts'
import { hashToken } from '../../server/secrets/secret-token.ts'
import { readLabPlan } from '../lab/plan.ts'
import { seedDemo } from './demo.ts'
import { labPolicy } from './lab-policy.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let factories: Factories
let folder: string
let planFile: string
beforeAll(async () => {
  tenancy = await openTenancy()
  factories = new Factories(tenancy.database)
  await factories.makeSigningKey('0'.repeat(32), Buffer.alloc(32, 7).toString('base64'))
  folder = await mkdtemp(join(tmpdir(), 'patchward-seed-'))
  planFile = join(folder, 'new', 'plan.json')
  await seed()
})
afterAll(async () => {
  await factories.close()
  await tenancy.close()
  await rm(folder, { recursive: true, force: true })
})

const seed = (at = now) => seedDemo({ deviceUrl: 'http://127.0.0.1:4000', planFile, now: at })
async function contextFor(email: string, slug: string) {
  const person = await findPerson(email)
  return contextOf({ userId: person?.id ?? '' }, slug, now)
}
/** Everything the seed could change, by table and MSP. */
async function countRows() {
  const owner = await contextFor('owner@northfold.example', 'northfold')
  const other = await contextFor('owner@southmere.example', 'southmere')
  return [await factories.countRows(owner.mspId), await factories.countRows(other.mspId)]
}

test('three clients, twelve devices planned, one test device a client', async () => {
  const plan = await readLabPlan(planFile)
  expect(plan.devices).toHaveLength(12)
  const owner = await contextFor('owner@northfold.example', 'northfold')
  const tokens = await factories.inMsp(owner.mspId, (tx) => tx`select token_hash, tags from enrolment_tokens`)
  const tagsOf = ({ token }: { token: string }) =>
    tokens.find((row) => row.token_hash === hashToken(token.split('.')[0] ?? ''))?.tags
  expect(plan.devices.filter((device) => tagsOf(device)?.includes('test')).map((device) => device.name)).toEqual([
    'bw-ws-01',
    'kl-ws-01',
    'hl-ws-01',
  ])
  expect((await listClients(owner)).map(({ name, timeZone }) => `${name}, ${timeZone}`)).toEqual([
    'Brightwater Accountants, Europe/London',
    'Harbour Lane Surveyors, Europe/Berlin',
    'Kestrel Logistics, America/New_York',
  ])
  expect((await getPolicy(owner, { clientId: null })).policy).toEqual(labPolicy)
})

test('the technician sees two of the three clients', async () => {
  const tom = await contextFor('tech@northfold.example', 'northfold')
  expect((await listClients(tom)).map((client) => client.name)).toEqual([
    'Brightwater Accountants',
    'Kestrel Logistics',
  ])
})

test('a manager of one client sees that one, and somebody belongs to both companies', async () => {
  const mia = await contextFor('manager@kestrel.example', 'northfold')
  expect([mia.clients.length, [...mia.permissions]]).toEqual([1, [...permissionsOf['client-manager']]])
  expect([...mia.permissions].filter((action) => !action.startsWith('portal:'))).toEqual([])
  const ada = await findPerson('ada@northfold.example')
  expect((await membershipsOf(ada?.id ?? '')).map(({ slug, role }) => [slug, role])).toEqual([
    ['northfold', 'technician'],
    ['southmere', 'read-only'],
  ])
})

test('the second company has two clients, and its owner nothing of the first', async () => {
  const ines = await contextFor('owner@southmere.example', 'southmere')
  expect(await listClients(ines)).toHaveLength(2)
  expect(await membershipsOf((await findPerson('owner@southmere.example'))?.id ?? '')).toHaveLength(1)
})

test('a second run changes nothing', async () => {
  const [rows, plan] = [await countRows(), await readFile(planFile, 'utf8')]
  await seed()
  expect(await countRows()).toEqual(rows)
  expect(await readFile(planFile, 'utf8')).toBe(plan)
})

test('a day later, tokens that nobody used are replaced', async () => {
  const former = await readLabPlan(planFile)
  await seed(new Date(now.getTime() + 25 * 3_600_000))
  const plan = await readLabPlan(planFile)
  expect(plan.devices.map((device) => device.name)).toEqual(former.devices.map((device) => device.name))
  for (const [index, device] of plan.devices.entries()) expect(device.token).not.toBe(former.devices[index]?.token)
})
