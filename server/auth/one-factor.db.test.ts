import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sessions, totpFactors } from '../../db/schema/auth.ts'
import { members } from '../../db/schema/tenancy.ts'
import { inTenant } from '../../db/tenant.ts'
import type { Context } from '../context.ts'
import { addMember } from '../members/add-member.ts'
import { changeMember } from '../members/change-member.ts'
import { removeMember } from '../members/remove-member.ts'
import { setManagerFactors } from '../msps/set-manager-factors.ts'
import type { Role } from '../permissions.ts'
import { hashToken } from '../secrets/secret-token.ts'
import { isFactorAskedThen, stageAfterPassword } from './one-factor.ts'
import { ensurePerson } from './people.ts'
import { findFullSession, findSession, startSession } from './sessions.ts'
import { authDatabase } from './store.ts'
import { openTenancy, type TestCompany, testNow } from './testing.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
/** Asks its clients' managers for a factor, as companies do unless an owner says otherwise; `easy` does not. */
let strict: TestCompany
let easy: TestCompany
/** Another that does not. */
let easyToo: TestCompany
let owner: Context
beforeAll(async () => {
  tenancy = await openTenancy()
  const make = () => tenancy.makeCompany()
  ;[strict, easy, easyToo] = [await make(), await make(), await make()]
  owner = (await easy.makeMember('owner')).ctx
  await setManagerFactors((await easyToo.makeMember('owner')).ctx, { managersNeedFactor: false })
})
beforeEach(() => setManagerFactors(owner, { managersNeedFactor: false }))
afterAll(() => tenancy.close())

type Place = 'strict' | 'easy' | 'easyToo'
interface Held {
  at: Place
  role: Role
  isSuspended?: boolean
}
const companyOf = (at: Place) => ({ strict, easy, easyToo })[at]

let count = 0
/** Somebody with these memberships and no way in. */
async function makePerson(held: readonly Held[]): Promise<string> {
  count += 1
  const email = `person-${count}@example.com`
  const { id: userId } = await ensurePerson({ name: 'Mara', email }, testNow)
  for (const { at, role, isSuspended } of held) {
    const company = companyOf(at)
    const clients = role === 'client-manager' ? [(await company.makeClient()).clientId] : ('all' as const)
    await addMember(company.job, { userId, name: 'Mara', email, role, clients })
    if (isSuspended)
      await inTenant(company.job, (tx) =>
        tx.update(members).set({ suspendedAt: testNow }).where(eq(members.userId, userId)),
      )
  }
  return userId
}
const giveApp = (userId: string) =>
  authDatabase().insert(totpFactors).values({ userId, sealedSeed: 'v1.x', createdAt: testNow })
/** A session that a password began just now; answers what it is at each later look. */
async function comeIn(userId: string) {
  const { token } = await startSession({ userId, ...(await stageAfterPassword(userId)), method: 'password' }, testNow)
  return async () => (await findSession(hashToken(token), testNow))?.stage
}

const manager = (at: Place, isSuspended = false): Held => ({ at, role: 'client-manager', isSuspended })
const staff = (at: Place, role: Role = 'technician', isSuspended = false): Held => ({ at, role, isSuspended })
type Case = [says: string, held: Held[], isEnough: boolean]
const cases: Case[] = [
  ['a client manager where the company says so', [manager('easy')], true],
  ['a client manager elsewhere', [manager('strict')], false],
  ['a client manager of two companies that say so', [manager('easy'), manager('easyToo')], true],
  ['a client manager of one that does and one that does not', [manager('easy'), manager('strict')], false],
  ['the same, suspended in the one that does not', [manager('easy'), manager('strict', true)], false],
  ['a client manager who is suspended in the one that does', [manager('easy', true)], true],
  ['staff of the company that says so for managers', [staff('easy')], false],
  ['an owner', [staff('easy', 'owner')], false],
  ['somebody who only reads', [staff('easy', 'read-only')], false],
  ['somebody of the money', [staff('easy', 'billing')], false],
  ['a client manager who is staff elsewhere', [manager('easy'), staff('easyToo')], false],
  ['a client manager who is suspended staff elsewhere', [manager('easy'), staff('easyToo', 'admin', true)], false],
  ['a client manager who is staff at a strict company', [manager('easy'), staff('strict', 'read-only')], false],
  ['somebody who belongs nowhere', [], false],
]

describe('a password alone', () => {
  test.each(cases)('of %s', async (_says, held, isEnough) => {
    const userId = await makePerson(held)
    const alone = { stage: 'full', hasOneFactor: true }
    expect(await stageAfterPassword(userId)).toEqual(isEnough ? alone : { stage: 'enrol', hasOneFactor: false })
    await giveApp(userId)
    expect(await stageAfterPassword(userId)).toEqual({ stage: 'second-factor', hasOneFactor: false })
  })

  test('who is about to join is told of what they will be asked', async () => {
    const [nowhere, asked] = [await makePerson([]), await makePerson([manager('strict')])]
    const [at, strictly] = [{ managersNeedFactor: false }, { managersNeedFactor: true }]
    const told = (userId: string, role: Role, company = at) => isFactorAskedThen(userId, { role, ...company })
    expect(await told(nowhere, 'client-manager')).toBe(false)
    expect(await told(nowhere, 'client-manager', strictly)).toBe(true)
    expect(await told(nowhere, 'read-only')).toBe(true)
    expect(await told(asked, 'client-manager')).toBe(true)
  })
})

type Change = [says: string, change: (userId: string) => Promise<unknown>, stage: string]
const demand = () => setManagerFactors(owner, { managersNeedFactor: true })
const join = (at: Place, role: Role) => async (userId: string) => {
  const clients = role === 'client-manager' ? [(await companyOf(at).makeClient()).clientId] : ('all' as const)
  await addMember(companyOf(at).job, { userId, name: 'Mara', email: 'mara@x.example', role, clients })
}
const changes: Change[] = [
  ['the company asks for more', demand, 'enrol'],
  ['they become staff', (userId) => changeMember(owner, { userId, role: 'technician', clients: 'all' }), 'enrol'],
  ['they become staff elsewhere', join('strict', 'technician'), 'enrol'],
  ['they become a manager of a company that asks', join('strict', 'client-manager'), 'enrol'],
  ['they become a manager of one that does not', join('easyToo', 'client-manager'), 'full'],
  ['they belong nowhere any more', (userId) => removeMember(owner, { userId, reason: '' }), 'enrol'],
  ['they have a factor', giveApp, 'second-factor'],
]

describe('a session by a password alone', () => {
  test.each(changes)('stands where it may with the next look when %s', async (_says, change, stage) => {
    const userId = await makePerson([manager('easy')])
    const look = await comeIn(userId)
    expect(await look()).toBe('full')
    await change(userId)
    expect(await look()).toBe(stage)
  })

  test('comes back when the company asks no more: its password was shown', async () => {
    const look = await comeIn(await makePerson([manager('easy')]))
    await demand()
    expect(await look()).toBe('enrol')
    await setManagerFactors(owner, { managersNeedFactor: false })
    expect(await look()).toBe('full')
  })

  test('is no full session while it has fallen', async () => {
    const userId = await makePerson([manager('easy')])
    const { token } = await startSession({ userId, ...(await stageAfterPassword(userId)), method: 'password' }, testNow)
    expect(await findFullSession(hashToken(token), testNow)).not.toBeNull()
    await demand()
    expect(await findFullSession(hashToken(token), testNow)).toBeNull()
  })
})

describe('a session at another stage', () => {
  const methods = ['password', 'recovery', 'invitation', 'link'] as const
  test.each(methods)('is not full because the company asks for less: %s', async (method) => {
    await demand()
    const userId = await makePerson([manager('easy')])
    const { token } = await startSession({ userId, stage: 'enrol', method }, testNow)
    await setManagerFactors(owner, { managersNeedFactor: false })
    expect(await findSession(hashToken(token), testNow)).toMatchObject({ stage: 'enrol', hasOneFactor: false })
  })

  test.each(['enrol', 'second-factor'] as const)(
    'cannot even be written down as one by a password: %s',
    async (stage) => {
      const userId = await makePerson([manager('easy')])
      const start = { userId, stage, hasOneFactor: true, method: 'password' } as const
      await expect(startSession(start, testNow)).rejects.toThrow()
      const { token } = await startSession({ ...start, hasOneFactor: false }, testNow)
      const mark = authDatabase().update(sessions).set({ hasOneFactor: true })
      await expect(mark.where(eq(sessions.tokenHash, hashToken(token)))).rejects.toThrow()
    },
  )
})

describe('a full session that took more than a password', () => {
  test.each(['totp', 'passkey', 'directory', 'link'] as const)('stays what it is: %s', async (method) => {
    const userId = await makePerson([manager('easy')])
    const { token } = await startSession({ userId, stage: 'full', method }, testNow)
    await demand()
    expect((await findSession(hashToken(token), testNow))?.stage).toBe('full')
  })
})
