import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMember } from '../members/add-member.ts'
import { permissionsOf } from '../permissions.ts'
import { contextOf, membershipsOf } from './contexts.ts'
import { ensurePerson } from './people.ts'
import { openTenancy, type TestCompany, testNow } from './testing.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
let other: TestCompany
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany('first')
  other = await tenancy.makeCompany('second')
})
afterAll(() => tenancy.close())

test('an owner sees all clients and may do what owners may', async () => {
  const { userId } = await company.makeMember('owner')
  expect(await contextOf({ userId }, 'first', testNow)).toEqual({
    actor: { kind: 'person', userId, name: 'A owner', role: 'owner', provedAt: null },
    mspId: company.mspId,
    clients: 'all',
    permissions: permissionsOf.owner,
    now: testNow,
  })
})

test('a technician sees the clients that were listed for them', async () => {
  const [mine, also] = [await company.makeClient(), await company.makeClient()]
  await company.makeClient()
  const { ctx } = await company.makeMember('technician', [mine.clientId, also.clientId])
  expect(new Set(ctx.clients)).toEqual(new Set([mine.clientId, also.clientId]))
  expect(ctx.permissions).toBe(permissionsOf.technician)
})

test('another company’s address answers as one that does not exist', async () => {
  const { userId } = await company.makeMember('owner')
  const answers = await Promise.all(
    ['second', 'nowhere', '', "' or 1=1"].map((slug) => contextOf({ userId }, slug).catch((error) => error)),
  )
  for (const answer of answers) expect(answer).toMatchObject({ code: 'not-found', message: 'This page was not found' })
})

test('the companies of a person, and none of a person who is in none', async () => {
  const { userId } = await company.makeMember('read-only')
  expect(await membershipsOf(userId)).toEqual([
    { mspId: company.mspId, slug: 'first', name: 'MSP first', role: 'read-only' },
  ])
  const stranger = await ensurePerson({ name: 'A Stranger', email: 'stranger@example.com' }, testNow)
  expect(await membershipsOf(stranger.id)).toEqual([])
})

test('the same e-mail address is the same person, in two companies', async () => {
  const { email, userId } = await company.makeMember('owner')
  const again = await ensurePerson({ name: 'Somebody', email: email.toUpperCase() }, testNow)
  expect(again.id).toBe(userId)
  await addMember(other.job, { userId, name: 'Somebody', email, role: 'read-only', clients: 'all' })
  expect((await membershipsOf(userId)).map(({ slug, role }) => `${slug} ${role}`)).toEqual([
    'first owner',
    'second read-only',
  ])
})
