import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { identities, sessions } from '../../db/schema/auth.ts'
import { auditRecords } from '../../db/schema/records.ts'
import { inTenant } from '../../db/tenant.ts'
import type { Directories } from '../../e2e/_support/oidc-provider.ts'
import { addMember } from '../members/add-member.ts'
import { hashToken } from '../secrets/secret-token.ts'
import { addFactor } from './add-factor.ts'
import { contextOf } from './contexts.ts'
import { findSession, startSession } from './sessions.ts'
import { authDatabase, sessionCookieName } from './store.ts'
import { jar } from './testing/directory-next.ts'
import {
  beginAnew,
  beSignedIn,
  comeBack,
  domain,
  entraAccount,
  go,
  googleAccount,
  here,
  makeLinked,
  openDirectoryWorld,
  press,
  tenant,
  trust,
  walk,
} from './testing/directory-world.ts'
import type { TestCompany } from './testing.ts'

vi.mock('next/headers', async () => (await import('./testing/directory-next.ts')).nextHeaders)
vi.mock('next-auth', async () => (await import('./testing/directory-next.ts')).nextAuth)

let world: Awaited<ReturnType<typeof openDirectoryWorld>>
let directories: Directories
let company: TestCompany
beforeAll(async () => {
  world = await openDirectoryWorld()
  directories = world.directories
  company = world.company
})
beforeEach(beginAnew)
afterAll(() => world?.close())

describe('signing in', () => {
  test.each(['microsoft-entra-id', 'google'] as const)(
    'a linked account of %s opens a full session of ours',
    async (provider) => {
      const account = provider === 'microsoft-entra-id' ? entraAccount() : googleAccount()
      const { userId } = await makeLinked(account, provider)
      expect(await go('sign-in', account, provider)).toBe('/')
      const trusted = provider === 'microsoft-entra-id' ? tenant : domain
      expect(await here()).toMatchObject({
        userId,
        stage: 'full',
        method: 'directory',
        directory: { provider, tenant: trusted },
      })
      // One way in: next-auth made no session beside ours.
      const rows = await authDatabase().select().from(sessions).where(eq(sessions.userId, userId))
      expect(rows.filter((row) => row.method === 'directory')).toHaveLength(1)
      expect([...jar.keys()]).toEqual([sessionCookieName()])
    },
  )

  test('an account that nobody linked gets nowhere, whatever its address', async () => {
    const member = await company.makeMember('owner')
    const account = entraAccount({ email: member.email, preferred_username: member.email, email_verified: true })
    expect(await go('sign-in', account)).toBe('/sign-in?directory=unknown')
    expect(await here()).toBeNull()
    const google = googleAccount({ email: member.email })
    expect(await go('sign-in', google, 'google')).toBe('/sign-in?directory=unknown')
  })

  test('the same address, or the same person’s id, in another tenant does not get in', async () => {
    const account = entraAccount()
    await makeLinked(account)
    const elsewhere = randomUUID()
    await trust(company, 'microsoft-entra-id', elsewhere)
    expect(await go('sign-in', { ...account, tid: elsewhere })).toBe('/sign-in?directory=unknown')
    const other = entraAccount({ tid: elsewhere, preferred_username: account.preferred_username })
    expect(await go('sign-in', other)).toBe('/sign-in?directory=unknown')
    // The application's own id of the person tells nothing either: it is `oid` that counts.
    expect(await go('sign-in', { ...account, oid: randomUUID() })).toBe('/sign-in?directory=unknown')
  })

  test('a changed address still gets in', async () => {
    const account = entraAccount()
    const { userId } = await makeLinked(account)
    expect(await go('sign-in', { ...account, preferred_username: 'married@example.org' })).toBe('/')
    expect(await here()).toMatchObject({ userId })
    const [row] = await authDatabase().select().from(identities).where(eq(identities.userId, userId))
    expect(row).toMatchObject({ label: 'married@example.org' })
  })

  test('a session of a directory opens the MSPs that trust its tenant and no other', async () => {
    const account = entraAccount()
    const { userId } = await makeLinked(account)
    const other = await world.tenancy.makeCompany()
    const member = { userId, name: 'Somebody', email: 'x@example.org', role: 'owner', clients: 'all' } as const
    await addMember(other.job, member)
    expect(await go('sign-in', account)).toBe('/')
    const session = await here()
    if (!session) throw new Error('nobody is signed in')
    await expect(contextOf(session, company.slug)).resolves.toMatchObject({ mspId: company.mspId })
    await expect(contextOf(session, other.slug)).rejects.toMatchObject({ code: 'forbidden' })
    // What one company's directory says is no proof for what changes the ways into the other.
    expect(session.provedAt).toBeNull()
    await trust(other, 'microsoft-entra-id', tenant)
    expect(await go('sign-in', account)).toBe('/')
    expect((await here())?.provedAt).not.toBeNull()
    await expect(contextOf((await here()) ?? session, other.slug)).resolves.toMatchObject({ mspId: other.mspId })
  })

  test('a tenant that no company of the person trusts does not get in', async () => {
    const other = await world.tenancy.makeCompany()
    const account = entraAccount()
    await makeLinked(account, 'microsoft-entra-id', other)
    expect(await go('sign-in', account)).toBe('/sign-in?directory=untrusted')
    expect(await here()).toBeNull()
  })

  test('somebody whom the directory knows since the morning has proved nothing just now', async () => {
    const account = entraAccount()
    await makeLinked(account)
    directories.provedAt = new Date(Date.now() - 3_600_000)
    expect(await go('sign-in', account)).toBe('/')
    expect(await here()).toMatchObject({ stage: 'full', provedAt: null })
  })

  test('a private Google account, or one whose address is not verified, is nobody', async () => {
    const account = googleAccount()
    await makeLinked(account, 'google')
    for (const wrong of [{ hd: undefined }, { email_verified: false }, { email_verified: undefined }])
      expect(await go('sign-in', { ...account, ...wrong }, 'google')).toBe('/sign-in?directory=failed')
    expect(await go('sign-in', account, 'google')).toBe('/')
  })
})

describe('linking', () => {
  test('wants a session that was proved in the last ten minutes', async () => {
    const { userId } = await company.makeMember('technician')
    expect(await go('link', entraAccount())).toBe('403 Sign in to go on.')
    await beSignedIn(userId, 'full', new Date(Date.now() - 11 * 60_000))
    expect(await go('link', entraAccount())).toBe(
      '412 Prove once more that it is you. Then go on.'.replace('412', '428'),
    )
    await beSignedIn(userId, 'enrol')
    expect(await go('link', entraAccount())).toBe('403 Sign in to go on.')
  })

  test('ends the person’s other sessions and is told to their MSPs', async () => {
    const { userId } = await company.makeMember('technician')
    const other = await startSession({ userId, stage: 'full', method: 'passkey' }, new Date())
    await beSignedIn(userId)
    expect(await go('link', entraAccount())).toBe('/account/security?directory=linked')
    expect(await findSession(hashToken(other.token), new Date())).toBeNull()
    expect(await here()).toMatchObject({ userId, method: 'passkey' })
    const records = await inTenant(company.job, (tx) =>
      tx.select().from(auditRecords).where(eq(auditRecords.actorId, userId)),
    )
    expect(records.map((record) => record.action)).toContain('factor:add')
  })

  test('the account of somebody else stays theirs', async () => {
    const account = entraAccount()
    const { userId } = await makeLinked(account)
    const { userId: thief } = await company.makeMember('technician')
    await beSignedIn(thief)
    expect(await go('link', account)).toBe('/account/security?directory=taken')
    const [row] = await authDatabase()
      .select()
      .from(identities)
      .where(eq(identities.subject, `${tenant}.${account.oid}`))
    expect(row?.userId).toBe(userId)
  })

  test('links nothing to whoever is signed in by the time the browser comes back', async () => {
    const [{ userId: asked }, { userId: there }] = [
      await company.makeMember('owner'),
      await company.makeMember('owner'),
    ]
    await beSignedIn(asked)
    directories.account = entraAccount()
    const { body } = await press('link')
    const url = await walk(body.url)
    await beSignedIn(there)
    expect(await comeBack(url)).toBe('/account/security?directory=over')
    expect(await authDatabase().select().from(identities).where(eq(identities.userId, there))).toEqual([])
  })
})

describe('the first way in of somebody who was asked in', () => {
  test('is a directory that their company trusts', async () => {
    const { userId } = await company.makeMember('technician')
    const account = entraAccount()
    await beSignedIn(userId, 'enrol')
    const former = jar.get(sessionCookieName())
    expect(await go('enrol', account)).toBe('/')
    expect(await here()).toMatchObject({ userId, stage: 'full', method: 'directory' })
    expect(jar.get(sessionCookieName())).not.toBe(former)
    jar.clear()
    expect(await go('sign-in', account)).toBe('/')
  })

  test('is not one that it does not trust', async () => {
    const { userId } = await company.makeMember('technician')
    await beSignedIn(userId, 'enrol')
    expect(await go('enrol', entraAccount({ tid: randomUUID() }))).toBe('/sign-in/enrol?directory=untrusted')
    expect(await here()).toMatchObject({ stage: 'enrol' })
    expect(await authDatabase().select().from(identities).where(eq(identities.userId, userId))).toEqual([])
  })

  test('is not linked by a session that was full by a password alone hours ago, unless it is proved anew', async () => {
    const { clientId } = await company.makeClient()
    const { userId } = await company.makeMember('client-manager', [clientId])
    const start = { userId, stage: 'full', hasOneFactor: true, method: 'password' } as const
    const comeIn = async (provedAt: Date) =>
      jar.set(sessionCookieName(), (await startSession({ ...start, provedAt }, new Date())).token)
    await comeIn(new Date(Date.now() - 11 * 60_000))
    // The company asks its managers for more: the session has fallen.
    expect(await here()).toMatchObject({ stage: 'enrol' })
    expect(await go('enrol', entraAccount())).toBe('428 Prove once more that it is you. Then go on.')
    expect(await authDatabase().select().from(identities).where(eq(identities.userId, userId))).toEqual([])
    await comeIn(new Date())
    expect(await go('enrol', entraAccount())).toBe('/')
    expect(await here()).toMatchObject({ stage: 'full', method: 'directory', hasOneFactor: false })
  })

  test('is refused where they have a way in: a mailbox gives nobody a second one', async () => {
    const { userId } = await makeLinked(entraAccount())
    await beSignedIn(userId, 'enrol')
    expect(await go('enrol', entraAccount())).toBe('/sign-in/enrol?directory=not-first')
    const session = await here()
    expect(session).toMatchObject({ stage: 'enrol' })
    if (!session) throw new Error('nobody is signed in')
    const passkey = { kind: 'passkey' as const, keep: () => Promise.reject(new Error('not to be kept')) }
    await expect(addFactor(session, passkey, new Date())).rejects.toMatchObject({ code: 'not-allowed-now' })
  })
})

describe('proving it once more', () => {
  test('counts when the directory says that they proved it just now', async () => {
    const account = entraAccount()
    const { userId } = await makeLinked(account)
    await beSignedIn(userId, 'full', new Date(Date.now() - 15 * 60_000))
    expect(await go('step-up', account)).toBe('/account/security')
    expect((await here())?.provedAt?.getTime()).toBeGreaterThan(Date.now() - 60_000)
  })

  test('does not when it says nothing of the time, or somebody else came back', async () => {
    const account = entraAccount()
    const { userId } = await makeLinked(account)
    const begunAt = new Date(Date.now() - 15 * 60_000)
    await beSignedIn(userId, 'full', begunAt)
    directories.tamper = (claims) => ({ ...claims, auth_time: undefined })
    // The exchange itself asks for it, so it fails there already or here.
    expect(await go('step-up', account)).toMatch(/directory=(failed|not-fresh)$/)
    directories.tamper = (claims) => ({ ...claims, auth_time: Math.floor(begunAt.getTime() / 1000) })
    expect(await go('step-up', account)).toBe('/account/security?directory=not-fresh')
    directories.tamper = null
    expect(await go('step-up', entraAccount())).toBe('/account/security?directory=unknown')
    expect(await here()).toMatchObject({ provedAt: begunAt })
  })
})
