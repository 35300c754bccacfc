import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { read } from '../access.ts'
import { contextOf } from '../auth/contexts.ts'
import { ensurePerson } from '../auth/people.ts'
import { openTenancy, type TestCompany, testNow } from '../auth/testing.ts'
import type { Context } from '../context.ts'
import type { Role } from '../permissions.ts'
import { hasSecondPerson } from '../proposals/ask-second-person.ts'
import { addMember } from './add-member.ts'
import { changeMember } from './change-member.ts'
import { removeMember } from './remove-member.ts'

const dayLater = new Date(testNow.getTime() + 24 * 3_600_000)
const beforeThat = new Date(dayLater.getTime() - 1)

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
let owner: { ctx: Context; userId: string }
let approver: { ctx: Context; userId: string }
beforeAll(async () => {
  tenancy = await openTenancy()
})
afterAll(() => tenancy.close())
beforeEach(async () => {
  company = await tenancy.makeCompany()
  owner = await company.makeMember('owner')
  approver = await company.makeMember('approver')
})

const confirms = async (userId: string, now: Date) =>
  (await contextOf({ userId }, company.slug, now)).permissions.has('proposal:confirm')
/** Could anybody but the owner confirm an approval for all clients? */
const isAsked = (now: Date) =>
  read(owner.ctx, 'member:read', (tx) =>
    hasSecondPerson(tx, { userId: owner.userId, now }, [], { action: 'patch:approve', needsAllClients: true }),
  )
const all = { clients: 'all' as const }

/** Somebody who comes today. */
async function come(role: Role): Promise<string> {
  const email = `${randomUUID()}@example.com`
  const { id } = await ensurePerson({ name: 'New', email }, testNow)
  await addMember(company.job, { userId: id, name: 'New', email, role, ...all })
  return id
}

describe('who comes or rises today', () => {
  test('is nobody’s second person for a day', async () => {
    for (const userId of [await come('approver'), await come('admin')]) {
      expect(await confirms(userId, beforeThat)).toBe(false)
      expect(await confirms(userId, dayLater)).toBe(true)
    }
    const technician = await company.makeMember('technician')
    await changeMember(owner.ctx, { userId: technician.userId, role: 'approver', ...all })
    expect(await confirms(technician.userId, beforeThat)).toBe(false)
    expect(await confirms(technician.userId, dayLater)).toBe(true)
  })

  test('is one at once where at most one other could be: nobody is outvoted', async () => {
    company = await tenancy.makeCompany()
    expect(await confirms(await come('owner'), testNow)).toBe(true)
    expect(await confirms(await come('approver'), testNow)).toBe(true)
    expect(await confirms(await come('approver'), testNow)).toBe(false)
  })

  test('goes on being one after a change that gives no more', async () => {
    await changeMember(owner.ctx, { userId: approver.userId, role: 'admin', ...all })
    expect(await confirms(approver.userId, testNow)).toBe(true)
    expect(await isAsked(testNow)).toBe(true)
  })
})

describe('who was a second person counts for a day more, so that nobody is free by changing people', () => {
  test('taken back', async () => {
    await changeMember(owner.ctx, { userId: approver.userId, role: 'technician', ...all })
    expect(await confirms(approver.userId, testNow)).toBe(false)
    expect(await isAsked(beforeThat)).toBe(true)
    expect(await isAsked(dayLater)).toBe(false)
  })

  test('narrowed', async () => {
    const { clientId } = await company.makeClient()
    await changeMember(owner.ctx, { userId: approver.userId, role: 'approver', clients: [clientId] })
    expect(await isAsked(beforeThat)).toBe(true)
    expect(await isAsked(dayLater)).toBe(false)
  })

  test('removed', async () => {
    await removeMember(owner.ctx, { userId: approver.userId, reason: 'Left' })
    expect(await isAsked(beforeThat)).toBe(true)
    expect(await isAsked(dayLater)).toBe(false)
  })
})
