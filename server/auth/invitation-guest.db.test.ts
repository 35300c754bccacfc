import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identities, passkeys, users } from '../../db/schema/auth.ts'
import { auditRecords } from '../../db/schema/records.ts'
import { read } from '../access.ts'
import type { Context } from '../context.ts'
import { changeMember } from '../members/change-member.ts'
import { inviteMember } from '../members/invite-member.ts'
import { removeMember } from '../members/remove-member.ts'
import { suspendMember } from '../members/suspend-member.ts'
import { openMailbox } from '../members/testing.ts'
import type { Role } from '../permissions.ts'
import { contextOf } from './contexts.ts'
import { takeInvitation } from './invitation-guest.ts'
import { ensurePerson, findPerson } from './people.ts'
import { authDatabase } from './store.ts'
import { openTenancy, type TestCompany, testNow } from './testing.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let mailbox: Awaited<ReturnType<typeof openMailbox>>
let company: TestCompany
let owner: Context
beforeAll(async () => {
  tenancy = await openTenancy()
  mailbox = await openMailbox()
  company = await tenancy.makeCompany('joined')
  owner = (await company.makeMember('owner')).ctx
})
afterAll(async () => {
  await mailbox.close()
  await tenancy.close()
})

async function invite(role: Role = 'technician', clients: 'all' | string[] = 'all', by = owner) {
  const email = `${randomUUID()}@example.com`
  await inviteMember(by, { name: 'Gail Guest', email, role, clients })
  return { email, token: mailbox.tokenTo(email) }
}

test('somebody new becomes a person and a member, with what was given, and adds a factor next', async () => {
  const { clientId } = await company.makeClient('Given')
  const { email, token } = await invite('technician', [clientId])
  expect(await findPerson(email)).toBeNull()
  const taken = await takeInvitation(token, testNow)
  expect(taken).toMatchObject({ slug: 'joined', next: 'enrol' })
  const ctx = await contextOf({ userId: taken?.userId ?? '' }, 'joined', testNow)
  expect(ctx).toMatchObject({ clients: [clientId], actor: { name: 'Gail Guest', role: 'technician' } })
  const records = await read(owner, 'audit:read', (tx) => tx.select().from(auditRecords))
  expect(records.findLast((record) => record.action === 'member:add' && record.subjectKind === 'member')).toMatchObject(
    {
      actorId: taken?.userId,
      subjectId: taken?.userId,
      changes: { role: 'technician', clients: ['Given'], invitedBy: 'A owner' },
    },
  )
})

test('it works once, also for two who press at the same time', async () => {
  const { token } = await invite()
  const results = await Promise.all([1, 2, 3].map(() => takeInvitation(token, testNow)))
  expect(results.filter(Boolean)).toHaveLength(1)
  expect(await takeInvitation(token, testNow)).toBeNull()
})

test('who was removed does not come back by the old link', async () => {
  const { token } = await invite()
  const taken = await takeInvitation(token, testNow)
  await removeMember(owner, { userId: taken?.userId ?? '', reason: '' })
  expect(await takeInvitation(token, testNow)).toBeNull()
})

test('a link that nobody made, or that ended, makes nobody', async () => {
  const before = await authDatabase().select().from(users)
  const { token } = await invite()
  const late = new Date(testNow.getTime() + 7 * 24 * 3_600_000)
  for (const [each, at] of [
    [token, late],
    ['nothing', testNow],
    ['', testNow],
  ] as const)
    expect(await takeInvitation(each, at)).toBeNull()
  expect(await authDatabase().select().from(users)).toEqual(before)
})

test('a mailbox is no way in: who has a factor becomes a member and signs in as usual', async () => {
  const [first, second] = [await invite(), await invite()]
  const keyed = await ensurePerson({ name: 'Known', email: first.email }, testNow)
  await authDatabase().insert(passkeys).values({
    credentialId: randomUUID(),
    userId: keyed.id,
    publicKey: 'x',
    counter: 0,
    transports: [],
    name: 'A key',
    isBackedUp: false,
    createdAt: testNow,
  })
  const linked = await ensurePerson({ name: 'Known', email: second.email }, testNow)
  await authDatabase().insert(identities).values({
    provider: 'google',
    subject: randomUUID(),
    userId: linked.id,
    tenant: 'x',
    label: 'x',
    createdAt: testNow,
  })
  expect(await takeInvitation(first.token, testNow)).toMatchObject({ userId: keyed.id, next: 'sign-in' })
  expect(await takeInvitation(second.token, testNow)).toMatchObject({ userId: linked.id, next: 'sign-in' })
})

test('an invitation is worth what its sender may still give', async () => {
  const admin = await company.makeMember('admin')
  const [asAdmin, asOwnersGuest] = [await invite('admin', 'all', admin.ctx), await invite('admin')]
  await changeMember(owner, { userId: admin.userId, role: 'technician', clients: 'all' })
  expect(await takeInvitation(asAdmin.token, testNow)).toBeNull()
  expect(await takeInvitation(asOwnersGuest.token, testNow)).not.toBeNull()
  const another = await company.makeMember('admin')
  const { token } = await invite('read-only', 'all', another.ctx)
  await suspendMember(owner, { userId: another.userId, reason: '' })
  expect(await takeInvitation(token, testNow)).toBeNull()
})

test('who is a member by then stays what they are', async () => {
  const { email, token } = await invite('owner')
  const person = await ensurePerson({ name: 'Early', email }, testNow)
  const other = await tenancy.makeCompany()
  await other.makeMember('owner')
  const { addMember } = await import('../members/add-member.ts')
  await addMember(company.job, { userId: person.id, name: 'Early', email, role: 'read-only', clients: 'all' })
  expect(await takeInvitation(token, testNow)).toBeNull()
  expect((await contextOf({ userId: person.id }, 'joined', testNow)).actor).toMatchObject({ role: 'read-only' })
})
