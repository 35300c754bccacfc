import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { auditRecords } from '../../db/schema/records.ts'
import { apiKeys, memberClients, members } from '../../db/schema/tenancy.ts'
import { inTenant } from '../../db/tenant.ts'
import { contextOfApiKey } from '../auth/api-key-context.ts'
import { badKeyPoints, forgetKeyLimits, keyPoints } from '../auth/api-key-limits.ts'
import { contextOf } from '../auth/contexts.ts'
import { testNow as now, openTenancy, type TestCompany } from '../auth/testing.ts'
import type { Context } from '../context.ts'
import { stepUpMs } from '../permissions.ts'
import { hashToken } from '../secrets/secret-token.ts'
import { createApiKey } from './create-api-key.ts'
import { listApiKeys } from './queries.ts'
import { revokeApiKey } from './revoke-api-key.ts'
import { dayMs, mostKeys } from './rules.ts'
import { type CreateApiKey, createApiKeySchema } from './schema.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
let client: { clientId: string }
let other: { clientId: string }
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany()
  client = await company.makeClient()
  other = await company.makeClient()
})
beforeEach(() => forgetKeyLimits())
afterAll(() => tenancy.close())

const wish = (more: Partial<CreateApiKey> = {}): CreateApiKey => ({
  name: 'Backup script',
  actions: ['device:read', 'patch:approve'],
  clients: 'all',
  days: 30,
  ...more,
})
const use = (key: string, at = now, address = '192.0.2.1') => contextOfApiKey(`Bearer ${key}`, address, at)
const inCompany = <T>(work: Parameters<typeof inTenant<T>>[1]) => inTenant(company.job, work)

describe('making', () => {
  test('shows the key once and stores its hash, and the log holds neither', async () => {
    const { ctx, userId } = await company.makeMember('technician')
    const { keyId, key, expiresAt } = await createApiKey(ctx, wish())
    expect(key).toMatch(/^pw_[a-z2-9]{12}_[\w-]{43}$/)
    expect(expiresAt).toEqual(new Date(now.getTime() + 30 * dayMs))
    const [row] = await inCompany((tx) => tx.select().from(apiKeys).where(eq(apiKeys.id, keyId)))
    expect(row).toMatchObject({ userId, keyHash: hashToken(key), prefix: key.slice(3, 15), clientIds: null })
    const records = await inCompany((tx) => tx.select().from(auditRecords).where(eq(auditRecords.subjectId, keyId)))
    expect(records).toMatchObject([{ action: 'api-key:create', actorId: userId, subjectKind: 'api-key' }])
    const secret = key.split('_').slice(2).join('_')
    expect(JSON.stringify([row, records, await listApiKeys(ctx, {})])).not.toContain(secret)
    expect(JSON.stringify(await listApiKeys(ctx, {}))).not.toContain(hashToken(key))
  })

  test('wants a proof of the last ten minutes, and a person', async () => {
    const { ctx } = await company.makeMember('owner')
    const late = { ...ctx, now: new Date(now.getTime() + stepUpMs + 1) }
    await expect(createApiKey(late, wish())).rejects.toMatchObject({ code: 'step-up' })
    const { key } = await createApiKey(ctx, wish())
    const program = await use(key)
    if (!program) throw new Error('the key does not work')
    const more: Context = { ...program, permissions: new Set([...program.permissions, 'api-key:create']) }
    await expect(createApiKey(more, wish())).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('gives no right and no client that its maker lacks, and none that no program has', async () => {
    const { ctx } = await company.makeMember('technician', [client.clientId])
    await expect(createApiKey(ctx, wish({ clients: [other.clientId] }))).rejects.toMatchObject({ code: 'not-found' })
    const elsewhere = await (await tenancy.makeCompany()).makeClient()
    await expect(createApiKey(ctx, wish({ clients: [elsewhere.clientId] }))).rejects.toMatchObject({
      code: 'not-found',
    })
    const narrow: Context = { ...ctx, permissions: new Set(['api-key:create', 'device:read']) }
    await expect(createApiKey(narrow, wish())).rejects.toMatchObject({ code: 'forbidden' })
    for (const action of ['member:invite', 'proposal:confirm', 'api-key:create', 'rollout:approve-production'])
      expect(createApiKeySchema.safeParse({ ...wish(), actions: [action] }).success).toBe(false)
    for (const days of [0, 366, 1.5]) expect(createApiKeySchema.safeParse(wish({ days })).success).toBe(false)
  })

  test('ends at so many keys of one person', async () => {
    const { ctx } = await company.makeMember('technician')
    for (let made = 0; made < mostKeys; made++) await createApiKey(ctx, wish())
    await expect(createApiKey(ctx, wish())).rejects.toMatchObject({ code: 'not-allowed-now' })
  })
})

describe('using', () => {
  test('acts as the key, with its rights and clients, and says whose it is', async () => {
    const { ctx, userId } = await company.makeMember('technician', [client.clientId])
    const { keyId, key } = await createApiKey(ctx, wish())
    expect(await use(key)).toMatchObject({
      actor: { kind: 'api-key', keyId, userId, name: 'Backup script (key of A technician)' },
      mspId: company.mspId,
      clients: [client.clientId],
      permissions: new Set(['device:read', 'patch:approve']),
    })
  })

  test('never has more than its person has at that moment', async () => {
    const { ctx, userId } = await company.makeMember('technician')
    const { key } = await createApiKey(ctx, wish())
    const narrow = await createApiKey(ctx, wish({ clients: [client.clientId, other.clientId] }))
    expect((await use(key))?.clients).toBe('all')
    await inCompany(async (tx) => {
      await tx.update(members).set({ role: 'read-only', hasAllClients: false }).where(eq(members.userId, userId))
      const { mspId } = company
      await tx.insert(memberClients).values({ mspId, userId, clientId: client.clientId })
    })
    for (const text of [key, narrow.key])
      expect(await use(text)).toMatchObject({ clients: [client.clientId], permissions: new Set(['device:read']) })
    await inCompany((tx) => tx.update(members).set({ role: 'owner' }).where(eq(members.userId, userId)))
    expect((await use(key))?.permissions).toEqual(new Set(['device:read', 'patch:approve']))
  })

  test('ends with its time, its revocation, and its person', async () => {
    const { ctx, userId } = await company.makeMember('technician')
    const { keyId, key } = await createApiKey(ctx, wish())
    expect(await use(key, new Date(now.getTime() + 30 * dayMs - 1))).not.toBeNull()
    expect(await use(key, new Date(now.getTime() + 30 * dayMs))).toBeNull()
    await inCompany((tx) => tx.update(members).set({ suspendedAt: now }).where(eq(members.userId, userId)))
    expect(await use(key)).toBeNull()
    await inCompany((tx) => tx.update(members).set({ suspendedAt: null }).where(eq(members.userId, userId)))
    expect(await use(key)).not.toBeNull()
    await revokeApiKey(ctx, { keyId })
    expect(await use(key)).toBeNull()
    const second = await createApiKey(ctx, wish())
    await inCompany((tx) => tx.delete(members).where(eq(members.userId, userId)))
    expect(await use(second.key)).toBeNull()
  })

  test('wants the whole key, as it was made', async () => {
    const { ctx } = await company.makeMember('technician')
    const { key } = await createApiKey(ctx, wish())
    const { key: twin } = await createApiKey(ctx, wish())
    const mixed = `${key.slice(0, 16)}${twin.slice(16)}`
    for (const wrong of [
      mixed,
      key.slice(0, -1),
      `${key}A`,
      key.toUpperCase(),
      hashToken(key),
      key.slice(3),
      '',
      'pw__',
    ])
      expect(await use(wrong), wrong).toBeNull()
    expect(await contextOfApiKey(key, '192.0.2.1', now)).toBeNull()
    expect(await contextOfApiKey(`Bearer ${key} ${key}`, '192.0.2.1', now)).toBeNull()
    expect(await use(key)).not.toBeNull()
  })

  test('is noted once a minute', async () => {
    const { ctx } = await company.makeMember('technician')
    const { keyId, key } = await createApiKey(ctx, wish())
    const used = async () => (await listApiKeys(ctx, {})).rows.find((one) => one.id === keyId)?.lastUsedAt
    expect(await used()).toBeNull()
    const later = (ms: number) => new Date(now.getTime() + ms)
    await use(key)
    await use(key, later(59_000))
    expect(await used()).toEqual(now)
    await use(key, later(61_000))
    expect(await used()).toEqual(later(61_000))
  })
})

describe('limits', () => {
  test('an address that guesses is refused before the database is asked; a key that works is not', async () => {
    const { ctx } = await company.makeMember('technician')
    const { key } = await createApiKey(ctx, wish())
    expect(await use(key)).not.toBeNull()
    const guess = `pw_${'a'.repeat(12)}_${'A'.repeat(43)}`
    for (let tries = 0; tries < badKeyPoints; tries++) expect(await use(guess)).toBeNull()
    await expect(use(guess)).rejects.toMatchObject({ code: 'too-many' })
    // One that nobody knows yet waits with its neighbours; elsewhere it works.
    const { key: fresh } = await createApiKey(ctx, wish())
    await expect(use(fresh)).rejects.toMatchObject({ code: 'too-many' })
    expect(await use(fresh, now, '192.0.2.2')).not.toBeNull()
    expect(await use(key)).not.toBeNull()
  })

  test('one key asks so often in a minute', async () => {
    const { ctx } = await company.makeMember('technician')
    const { key } = await createApiKey(ctx, wish())
    for (let asked = 0; asked < keyPoints; asked++) await use(key)
    await expect(use(key)).rejects.toMatchObject({ code: 'too-many' })
  })
})

describe('the list and revoking', () => {
  test('everybody sees and revokes their own; who decides about people, all', async () => {
    const [mine, theirs, owner] = [
      await company.makeMember('technician'),
      await company.makeMember('technician'),
      await company.makeMember('owner'),
    ]
    const { keyId } = await createApiKey(mine.ctx, wish())
    const ids = async (ctx: Context) => (await listApiKeys(ctx, {})).rows.map((one) => one.id)
    expect(await ids(mine.ctx)).toEqual([keyId])
    expect(await ids(theirs.ctx)).toEqual([])
    expect(await ids(owner.ctx)).toContain(keyId)
    await expect(revokeApiKey(theirs.ctx, { keyId })).rejects.toMatchObject({ code: 'not-found' })
    const foreign = await (await tenancy.makeCompany()).makeMember('owner')
    await expect(revokeApiKey(foreign.ctx, { keyId })).rejects.toMatchObject({ code: 'not-found' })
    expect(await revokeApiKey(owner.ctx, { keyId })).toEqual({ isRevokedNow: true })
    expect(await revokeApiKey(mine.ctx, { keyId })).toEqual({ isRevokedNow: false })
    expect((await listApiKeys(mine.ctx, {})).rows[0]).toMatchObject({
      state: 'revoked',
      revokedBy: 'A owner',
      isOwn: true,
    })
  })

  test('names of clients that the reader does not see are not in it', async () => {
    const maker = await company.makeMember('technician')
    const { keyId } = await createApiKey(maker.ctx, wish({ clients: [client.clientId, other.clientId] }))
    const admin = await company.makeMember('admin', [client.clientId])
    const names = (await listApiKeys(admin.ctx, {})).rows.find((one) => one.id === keyId)?.clientNames
    const all = (await listApiKeys(maker.ctx, {})).rows.find((one) => one.id === keyId)?.clientNames
    expect([names?.length, all?.length]).toEqual([1, 2])
  })

  test('a person of two companies uses each key in its own', async () => {
    const second = await tenancy.makeCompany()
    const { ctx, userId } = await company.makeMember('technician')
    const { key } = await createApiKey(ctx, wish())
    const { addMember } = await import('../members/add-member.ts')
    const about = { userId, name: 'A technician', email: 'x@example.org', role: 'owner', clients: 'all' } as const
    await addMember(second.job, about)
    expect((await use(key))?.mspId).toBe(company.mspId)
    expect((await listApiKeys(await contextOf({ userId }, second.slug, now), {})).rows).toEqual([])
  })
})
