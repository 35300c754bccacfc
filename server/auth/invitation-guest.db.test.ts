import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { identities, passkeys, users } from '../../db/schema/auth.ts'
import { auditRecords } from '../../db/schema/records.ts'
import { members } from '../../db/schema/tenancy.ts'
import { inTenant } from '../../db/tenant.ts'
import { read } from '../access.ts'
import { archiveClient } from '../clients/archive-client.ts'
import type { Context } from '../context.ts'
import { addMember } from '../members/add-member.ts'
import { changeMember } from '../members/change-member.ts'
import { inviteMember } from '../members/invite-member.ts'
import { listMembers } from '../members/queries.ts'
import { removeMember } from '../members/remove-member.ts'
import { restoreMember } from '../members/restore-member.ts'
import type { InvitationRefusal } from '../members/rules.ts'
import { suspendMember } from '../members/suspend-member.ts'
import { openMailbox } from '../members/testing.ts'
import { transferOwnership } from '../members/transfer-ownership.ts'
import type { Role } from '../permissions.ts'
import { contextOf } from './contexts.ts'
import { readInvitation, takeInvitation } from './invitation-guest.ts'
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

/** Who came in by a link. */
async function come(token: string) {
  const taken = await takeInvitation(token, testNow)
  if (taken.kind === 'refused') throw new Error(taken.why)
  return taken
}
const refused = (why: InvitationRefusal) => ({ kind: 'refused', why })

test('somebody new becomes a person and a member, with what was given, and adds a factor next', async () => {
  const { clientId } = await company.makeClient('Given')
  const { email, token } = await invite('technician', [clientId])
  expect(await findPerson(email)).toBeNull()
  const taken = await come(token)
  expect(taken).toMatchObject({ slug: 'joined', next: 'enrol' })
  const ctx = await contextOf({ userId: taken.userId }, 'joined', testNow)
  expect(ctx).toMatchObject({ clients: [clientId], actor: { name: 'Gail Guest', role: 'technician' } })
  const records = await read(owner, 'audit:read', (tx) => tx.select().from(auditRecords))
  expect(records.findLast((record) => record.action === 'member:add' && record.subjectKind === 'member')).toMatchObject(
    {
      actorId: taken.userId,
      subjectId: taken.userId,
      changes: { role: 'technician', clients: ['Given'], invitedBy: 'A owner' },
    },
  )
})

test('it works once, also for two who press at the same time', async () => {
  const { token } = await invite()
  const results = await Promise.all([1, 2, 3].map(() => takeInvitation(token, testNow)))
  expect(results.filter(({ kind }) => kind === 'accepted')).toHaveLength(1)
  expect(await takeInvitation(token, testNow)).toEqual(refused('dead'))
})

test('who was removed does not come back by the old link', async () => {
  const { token } = await invite()
  const { userId } = await come(token)
  await removeMember(owner, { userId, reason: '' })
  expect(await takeInvitation(token, testNow)).toEqual(refused('dead'))
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
    expect(await takeInvitation(each, at)).toEqual(refused('dead'))
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

describe('an invitation is worth what its sender may still give', () => {
  const lapsed = refused('lapsed')

  test('nothing above their role, nothing of who is out, and it works again with them', async () => {
    const admin = await company.makeMember('admin')
    const [asAdmin, asOwnersGuest] = [await invite('admin', 'all', admin.ctx), await invite('admin')]
    await changeMember(owner, { userId: admin.userId, role: 'technician', clients: 'all' })
    expect(await takeInvitation(asAdmin.token, testNow)).toEqual(lapsed)
    await come(asOwnersGuest.token)
    const another = await company.makeMember('admin')
    const { token } = await invite('read-only', 'all', another.ctx)
    await suspendMember(owner, { userId: another.userId, reason: '' })
    expect(await takeInvitation(token, testNow)).toEqual(lapsed)
    await restoreMember(owner, { userId: another.userId, reason: '' })
    await come(token)
    const left = await company.makeMember('admin')
    const orphan = await invite('read-only', 'all', left.ctx)
    await removeMember(owner, { userId: left.userId, reason: '' })
    expect(await takeInvitation(orphan.token, testNow)).toEqual(lapsed)
  })

  test('who gave the company away takes it back by no invitation of theirs', async () => {
    const small = await tenancy.makeCompany('given-away')
    const [giver, taker] = [await small.makeMember('owner'), await small.makeMember('admin')]
    const [second, admin] = [await invite('owner', 'all', giver.ctx), await invite('admin', 'all', giver.ctx)]
    await transferOwnership(giver.ctx, { userId: taker.userId, companyName: 'MSP given-away' })
    expect(await takeInvitation(second.token, testNow)).toEqual(lapsed)
    expect(await findPerson(second.email)).toBeNull()
    // An admin still gives what an admin has.
    await come(admin.token)
  })

  test('no clients that they do not see any more', async () => {
    const [kept, lost] = [await company.makeClient(), await company.makeClient()]
    const admin = await company.makeMember('admin')
    const all = await invite('technician', 'all', admin.ctx)
    const both = await invite('technician', [kept.clientId, lost.clientId], admin.ctx)
    const one = await invite('technician', [kept.clientId], admin.ctx)
    await changeMember(owner, { userId: admin.userId, role: 'admin', clients: [kept.clientId] })
    for (const { token } of [all, both]) expect(await takeInvitation(token, testNow)).toEqual(lapsed)
    await come(one.token)
  })

  test('a guest who comes while its sender is being put out waits for that, and stays out', async () => {
    const admin = await company.makeMember('admin')
    const { token, email } = await invite('technician', 'all', admin.ctx)
    const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const suspending = inTenant(company.job, async (tx) => {
      await tx.update(members).set({ suspendedAt: testNow }).where(eq(members.userId, admin.userId))
      begun.resolve()
      await gate.promise
    })
    await begun.promise
    let isDone = false
    const taking = takeInvitation(token, testNow).finally(() => {
      isDone = true
    })
    const isWaiting = async () => {
      const rows = await tenancy.database
        .owner`select 1 from pg_locks where not granted and pid in (select pid from pg_locks
        where database = (select oid from pg_database where datname = current_database()))`
      return rows.length > 0
    }
    await expect
      .poll(async () => isDone || (await isWaiting()))
      .toBe(true)
      .finally(gate.resolve)
    await suspending
    expect(await taking).toEqual(lapsed)
    const { people } = await listMembers(owner)
    expect(people.map((person) => person.email)).not.toContain(email)
  })
})

test('who is a member by then reads it, and stays what they are', async () => {
  const { email, token } = await invite('owner')
  const person = await ensurePerson({ name: 'Early', email }, testNow)
  await addMember(company.job, { userId: person.id, name: 'Early', email, role: 'read-only', clients: 'all' })
  expect(await readInvitation(token, testNow)).toEqual(refused('member'))
  expect(await takeInvitation(token, testNow)).toEqual(refused('member'))
  expect((await contextOf({ userId: person.id }, 'joined', testNow)).actor).toMatchObject({ role: 'read-only' })
})

test('where the clients are gone it is said, and nobody is made', async () => {
  const { clientId } = await company.makeClient()
  const { email, token } = await invite('technician', [clientId])
  expect(await readInvitation(token, testNow)).toMatchObject({ kind: 'open', invitation: { email } })
  await archiveClient(owner, { clientId, reason: '', abortRollouts: 0 })
  expect(await takeInvitation(token, testNow)).toEqual(refused('clients-gone'))
  expect(await findPerson(email)).toBeNull()
})
