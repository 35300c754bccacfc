import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiKeys, memberClients, members } from '../../db/schema/tenancy.ts'
import { read } from '../access.ts'
import { contextOf } from '../auth/contexts.ts'
import { openTenancy, type TestCompany, testNow } from '../auth/testing.ts'
import type { Context } from '../context.ts'
import { announce, endLiveStreams, openLiveStream } from '../live/hub.ts'
import { changeMember } from './change-member.ts'
import { listMembers } from './queries.ts'
import { removeMember } from './remove-member.ts'
import { restoreMember } from './restore-member.ts'
import { suspendMember } from './suspend-member.ts'
import { transferOwnership } from './transfer-ownership.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
let owner: Context
let ownerId: string
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany('people')
  const made = await company.makeMember('owner')
  owner = made.ctx
  ownerId = made.userId
})
afterAll(async () => {
  endLiveStreams()
  await tenancy.close()
})

const reason = ''
const roleOf = async (userId: string, slug = 'people') => (await contextOf({ userId }, slug, testNow)).actor
const isOut = (userId: string, slug = 'people') =>
  contextOf({ userId }, slug, testNow).then(
    () => false,
    () => true,
  )
const refused = { code: 'not-allowed-now' }
/** A browser of this person: has its stream ended? */
function listen(ctx: Context, userId: string) {
  const heard = { isOver: false, changes: 0 }
  openLiveStream(
    { tokenHash: randomUUID(), userId },
    {
      scope: ctx,
      recheck: () => contextOf({ userId }, 'people', testNow),
      write: (text) => {
        if (text.includes('event: change')) heard.changes++
      },
      onEnd: () => {
        heard.isOver = true
      },
    },
  )
  return heard
}

describe('another role', () => {
  test('takes effect with the next request, and what is heard live begins anew', async () => {
    const { clientId } = await company.makeClient('Kept')
    const { userId, ctx } = await company.makeMember('technician')
    const [theirs, others] = [listen(ctx, userId), listen(owner, ownerId)]
    await changeMember(owner, { userId, role: 'client-manager', clients: [clientId] })
    expect(await contextOf({ userId }, 'people', testNow)).toMatchObject({
      clients: [clientId],
      actor: { role: 'client-manager' },
    })
    expect([theirs.isOver, others.isOver]).toEqual([true, false])
    const person = (await listMembers(owner)).people.find((one) => one.userId === userId)
    expect(person).toMatchObject({ hasAllClients: false, clients: [{ name: 'Kept' }] })
    await changeMember(owner, { userId, role: 'technician', clients: 'all' })
    expect(await read(owner, 'member:read', (tx) => tx.select().from(memberClients))).not.toContainEqual(
      expect.objectContaining({ userId }),
    )
  })

  test('nobody gives more than they have, nor changes who has more', async () => {
    const admin = await company.makeMember('admin')
    const technician = await company.makeMember('technician')
    const change = (userId: string, role: 'owner' | 'admin' | 'read-only') =>
      changeMember(admin.ctx, { userId, role, clients: 'all' })
    await expect(change(technician.userId, 'owner')).rejects.toMatchObject(refused)
    await expect(change(ownerId, 'read-only')).rejects.toMatchObject(refused)
    await expect(change(admin.userId, 'owner')).rejects.toMatchObject(refused)
    await change(technician.userId, 'admin')
    for (const verb of [suspendMember, removeMember])
      await expect(verb(admin.ctx, { userId: ownerId, reason })).rejects.toMatchObject(refused)
  })

  test('who sees some clients changes nobody', async () => {
    const { clientId } = await company.makeClient()
    const admin = await company.makeMember('admin', [clientId])
    const { userId } = await company.makeMember('technician', [clientId])
    await expect(changeMember(admin.ctx, { userId, role: 'admin', clients: [clientId] })).rejects.toMatchObject(refused)
    await expect(suspendMember(admin.ctx, { userId, reason })).rejects.toMatchObject(refused)
  })

  test('a client of another company is not found, and the person stays as they are', async () => {
    const theirs = await (await tenancy.makeCompany()).makeClient()
    const { userId } = await company.makeMember('technician')
    const change = changeMember(owner, { userId, role: 'read-only', clients: [theirs.clientId] })
    await expect(change).rejects.toMatchObject({ code: 'not-found' })
    expect(await roleOf(userId)).toMatchObject({ role: 'technician' })
  })

  test('somebody of another company is not found, in the words for who never was', async () => {
    const stranger = await (await tenancy.makeCompany()).makeMember('technician')
    for (const userId of [stranger.userId, randomUUID()])
      for (const verb of [suspendMember, restoreMember, removeMember])
        await expect(verb(owner, { userId, reason })).rejects.toMatchObject({
          code: 'not-found',
          message: 'This person was not found',
        })
  })
})

describe('out', () => {
  test('a suspended person is out with their next request, hears nothing, and comes back as they were', async () => {
    const { clientId } = await company.makeClient()
    const { userId, ctx } = await company.makeMember('technician', [clientId])
    const browser = listen(ctx, userId)
    await suspendMember(owner, { userId, reason: 'On leave' })
    expect([await isOut(userId), browser.isOver]).toEqual([true, true])
    await expect(suspendMember(owner, { userId, reason })).rejects.toMatchObject(refused)
    await restoreMember(owner, { userId, reason })
    expect(await contextOf({ userId }, 'people', testNow)).toMatchObject({
      clients: [clientId],
      actor: { role: 'technician' },
    })
  })

  test('where another process suspended them, the notice of it ends their stream', async () => {
    const { userId, ctx } = await company.makeMember('technician')
    const browser = listen(ctx, userId)
    await tenancy.database.owner.begin(async (tx) => {
      await tx`alter table members no force row level security`
      await tx`update members set suspended_at = now() where user_id = ${userId}`
      await tx`alter table members force row level security`
    })
    announce({ mspId: company.mspId, clientId: null, topic: 'device', ids: [] })
    expect(browser.isOver).toBe(false)
    announce({ mspId: company.mspId, clientId: null, topic: 'member', ids: [userId] })
    await expect.poll(() => browser.isOver).toBe(true)
  })

  test('nobody suspends themselves', async () => {
    await expect(suspendMember(owner, { userId: ownerId, reason })).rejects.toMatchObject(refused)
  })

  test('a removed person’s clients and keys go with them; the log keeps what they did', async () => {
    const { clientId } = await company.makeClient()
    const { userId } = await company.makeMember('technician', [clientId])
    await read(owner, 'member:read', (tx) =>
      tx.insert(apiKeys).values({
        mspId: company.mspId,
        userId,
        name: 'Theirs',
        prefix: 'x',
        keyHash: 'x',
        actions: [],
        createdAt: testNow,
        expiresAt: testNow,
      }),
    )
    await removeMember(owner, { userId, reason: 'Left' })
    expect(await isOut(userId)).toBe(true)
    const left = await read(owner, 'member:read', async (tx) => [
      ...(await tx.select({ userId: apiKeys.userId }).from(apiKeys)),
      ...(await tx.select({ userId: memberClients.userId }).from(memberClients)),
      ...(await tx.select({ userId: members.userId }).from(members)),
    ])
    expect(left.map((row) => row.userId)).not.toContain(userId)
  })
})

describe('the last owner', () => {
  test('stays: is neither demoted nor removed nor left alone by a suspended one', async () => {
    const small = await tenancy.makeCompany()
    const one = await small.makeMember('owner')
    const leave = () => removeMember(one.ctx, { userId: one.userId, reason })
    const demote = () => changeMember(one.ctx, { userId: one.userId, role: 'admin', clients: 'all' })
    await expect(leave()).rejects.toMatchObject(refused)
    await expect(demote()).rejects.toMatchObject(refused)
    const two = await small.makeMember('owner')
    await suspendMember(one.ctx, { userId: two.userId, reason })
    await expect(leave()).rejects.toMatchObject(refused)
    await restoreMember(one.ctx, { userId: two.userId, reason })
    await leave()
    expect(await isOut(one.userId, small.slug)).toBe(true)
  })

  test.each(['demote', 'suspend', 'remove', 'leave'] as const)('two who %s at once leave one', async (what) => {
    for (let round = 0; round < 5; round++) {
      const small = await tenancy.makeCompany()
      const [one, two] = [await small.makeMember('owner'), await small.makeMember('owner')]
      const act = (ctx: Context, userId: string) =>
        what === 'demote'
          ? changeMember(ctx, { userId, role: 'admin', clients: 'all' })
          : what === 'suspend'
            ? suspendMember(ctx, { userId, reason })
            : removeMember(ctx, { userId, reason })
      const isLeaving = what === 'leave'
      const results = await Promise.allSettled([
        act(one.ctx, isLeaving ? one.userId : two.userId),
        act(two.ctx, isLeaving ? two.userId : one.userId),
      ])
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      const { owners } = await listMembers({ ...one.ctx, permissions: new Set(['member:read']) })
      expect(owners).toBe(1)
    }
  })
})

describe('giving the company away', () => {
  test('wants its name, typed; then the other is owner and the giver an admin', async () => {
    const small = await tenancy.makeCompany('given')
    const [giver, taker] = [await small.makeMember('owner'), await small.makeMember('technician')]
    const give = (companyName: string) => transferOwnership(giver.ctx, { userId: taker.userId, companyName })
    await expect(give('MSP')).rejects.toMatchObject({ code: 'invalid' })
    await give('MSP given')
    expect(await roleOf(taker.userId, 'given')).toMatchObject({ role: 'owner' })
    expect(await roleOf(giver.userId, 'given')).toMatchObject({ role: 'admin' })
    // Their request that was under way as owner does nothing.
    await expect(give('MSP given')).rejects.toMatchObject({ code: 'conflict' })
  })

  test('not to a suspended person, nor to a client’s manager, nor by an admin', async () => {
    const small = await tenancy.makeCompany()
    const { clientId } = await small.makeClient()
    const giver = await small.makeMember('owner')
    const companyName = `MSP ${small.slug}`
    const manager = await small.makeMember('client-manager', [clientId])
    const away = await small.makeMember('admin')
    await suspendMember(giver.ctx, { userId: away.userId, reason })
    for (const { userId } of [manager, away, giver])
      await expect(transferOwnership(giver.ctx, { userId, companyName })).rejects.toMatchObject(refused)
    const admin = await small.makeMember('admin')
    const self = transferOwnership(admin.ctx, { userId: admin.userId, companyName })
    await expect(self).rejects.toMatchObject({ code: 'forbidden' })
  })
})
