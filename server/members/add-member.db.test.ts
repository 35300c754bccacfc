import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditRecords } from '../../db/schema/records.ts'
import { members } from '../../db/schema/tenancy.ts'
import { read } from '../access.ts'
import { jobContext } from '../auth/job-context.ts'
import { openTenancy, type TestCompany, testNow } from '../auth/testing.ts'
import { addMember } from './add-member.ts'
import { createMsp, findMspId } from './create-msp.ts'
import { addMemberSchema } from './schema.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany('first')
})
afterAll(() => tenancy.close())

const newcomer = () => ({
  userId: randomUUID(),
  name: 'New Comer',
  email: 'new@example.com',
  role: 'technician' as const,
  clients: 'all' as const,
})
const allMembers = () => read(company.job, 'client:read', (tx) => tx.select().from(members))

test('an owner adds a member, and the audit log says so', async () => {
  const { ctx } = await company.makeMember('owner')
  const input = newcomer()
  await addMember(ctx, input)
  const records = await read(ctx, 'audit:read', (tx) => tx.select().from(auditRecords))
  expect(records.at(-1)).toMatchObject({
    action: 'member:add',
    subjectId: input.userId,
    actorName: 'A owner',
    changes: { role: 'technician', clients: 'all' },
  })
})

test('nobody else does', async () => {
  for (const role of ['technician', 'read-only'] as const) {
    const { ctx } = await company.makeMember(role)
    await expect(addMember(ctx, newcomer())).rejects.toMatchObject({ code: 'forbidden' })
  }
})

test('a member is not added twice, so that nobody raises their own rights', async () => {
  const input = newcomer()
  await addMember(company.job, input)
  await expect(addMember(company.job, { ...input, role: 'owner' })).rejects.toMatchObject({ code: 'conflict' })
  expect((await allMembers()).find((row) => row.userId === input.userId)?.role).toBe('technician')
})

test('a client of another company is not found, and the member is not half added', async () => {
  const theirs = await (await tenancy.makeCompany()).makeClient()
  const mine = await company.makeClient()
  const before = await allMembers()
  const clients = [mine.clientId, theirs.clientId]
  await expect(addMember(company.job, { ...newcomer(), clients })).rejects.toMatchObject({ code: 'not-found' })
  expect(await allMembers()).toEqual(before)
})

test('an owner sees all clients', () => {
  expect(addMemberSchema.safeParse({ ...newcomer(), role: 'owner' }).success).toBe(true)
  expect(addMemberSchema.safeParse({ ...newcomer(), role: 'owner', clients: [randomUUID()] }).success).toBe(false)
})

test('a slug belongs to one company', async () => {
  await expect(createMsp({ slug: 'first', name: 'Another' }, testNow)).rejects.toMatchObject({ code: 'conflict' })
  expect(await findMspId('first')).toBe(company.mspId)
  expect(await findMspId('nowhere')).toBeNull()
})

test('making a company is the first record of its audit log, by the job that made it; one that is refused leaves none', async () => {
  const { mspId } = await createMsp({ slug: 'audited', name: 'Audited Ltd' }, testNow, 'launcher')
  await expect(createMsp({ slug: 'audited', name: 'Again' }, testNow)).rejects.toMatchObject({ code: 'conflict' })
  const records = await read(jobContext(mspId, 'test'), 'audit:read', (tx) => tx.select().from(auditRecords))
  expect(records).toMatchObject([
    {
      mspId,
      clientId: null,
      at: testNow,
      actorKind: 'system',
      actorId: 'launcher',
      actorName: 'Patchward (launcher)',
      action: 'msp:create',
      subjectKind: 'msp',
      subjectId: mspId,
      subjectName: 'Audited Ltd',
      changes: { slug: 'audited' },
    },
  ])
})
