import { createHash, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keyIdOf, rootFingerprint } from '../../agent/wire/envelope.ts'
import { Factories } from '../../db/factories.ts'
import { enrolmentTokens } from '../../db/schema/devices.ts'
import { auditRecords } from '../../db/schema/records.ts'
import { read } from '../access.ts'
import { testNow as now, openTenancy, type TestCompany } from '../auth/testing.ts'
import { createEnrolmentToken } from './create-enrolment-token.ts'
import { listEnrolmentTokens, listSites } from './queries.ts'
import { revokeEnrolmentToken } from './revoke-enrolment-token.ts'
import { createEnrolmentTokenSchema } from './schema.ts'

const rawKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
const key = { keyid: keyIdOf(rawKey), publicKey: rawKey.toString('base64') }
const dayMs = 24 * 3_600_000

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let factories: Factories
let company: TestCompany
let client: { clientId: string; siteId: string }
beforeAll(async () => {
  tenancy = await openTenancy()
  factories = new Factories(tenancy.database)
  company = await tenancy.makeCompany()
  client = await company.makeClient('Brightwater')
})
afterAll(async () => {
  await factories.close()
  await tenancy.close()
})

const ask = (more: { uses?: number; validForMs?: number } = {}) => ({
  ...client,
  uses: 1,
  validForMs: dayMs,
  tags: [],
  ...more,
})
const allTokens = () => read(company.job, 'enrolment:read', (tx) => tx.select().from(enrolmentTokens))

test('no token while no key has been published: a device could not check the keys it is given', async () => {
  await expect(createEnrolmentToken(company.job, ask())).rejects.toMatchObject({ code: 'unavailable' })
  await factories.makeSigningKey(key.keyid, key.publicKey)
  await expect(createEnrolmentToken(company.job, ask())).resolves.toBeDefined()
})

test('a token is stored as its hash, with its uses and its end, and carries the fingerprint of the keys', async () => {
  const { ctx } = await company.makeMember('technician', [client.clientId])
  const { tokenId, token, expiresAt } = await createEnrolmentToken(ctx, ask({ uses: 7, validForMs: 3_600_000 }))
  const [secret, fingerprint] = token.split('.')
  expect(fingerprint).toBe(rootFingerprint({ threshold: 1, keys: [key] }))
  expect(expiresAt).toEqual(new Date(now.getTime() + 3_600_000))
  const stored = (await allTokens()).find((row) => row.id === tokenId)
  expect(stored).toMatchObject({ usesLeft: 7, expiresAt, createdBy: 'A technician', clientId: client.clientId })
  expect(stored?.tokenHash).toBe(
    createHash('sha256')
      .update(secret ?? '')
      .digest('hex'),
  )
})

test('it carries the tags of its devices, each once, and the audit log names them', async () => {
  const { ctx } = await company.makeMember('technician', [client.clientId])
  const input = createEnrolmentTokenSchema.parse({
    clientId: client.clientId,
    siteId: client.siteId,
    tags: ['web', ' test ', 'web'],
  })
  const { tokenId } = await createEnrolmentToken(ctx, input)
  expect((await allTokens()).find((row) => row.id === tokenId)).toMatchObject({ tags: ['test', 'web'] })
  expect((await listEnrolmentTokens(ctx, {})).rows.find((row) => row.id === tokenId)).toMatchObject({
    tags: ['test', 'web'],
  })
  const records = await read(company.job, 'audit:read', (tx) => tx.select().from(auditRecords))
  expect(records.find((record) => record.subjectId === tokenId)?.changes).toMatchObject({ tags: ['test', 'web'] })
})

test('the audit log says who made it, and never holds it', async () => {
  const { ctx, userId } = await company.makeMember('owner')
  const { tokenId, token } = await createEnrolmentToken(ctx, ask())
  const records = await read(ctx, 'audit:read', (tx) => tx.select().from(auditRecords))
  expect(records.find((record) => record.subjectId === tokenId)).toMatchObject({
    action: 'enrolment:create-token',
    actorId: userId,
    clientId: client.clientId,
  })
  expect(JSON.stringify(records)).not.toContain(token.split('.')[0])
})

test('for a client one may not see there is no token, and it is not found', async () => {
  const hidden = await company.makeClient()
  const theirs = await (await tenancy.makeCompany()).makeClient()
  const { ctx } = await company.makeMember('technician', [client.clientId])
  const before = await allTokens()
  for (const other of [hidden, theirs])
    await expect(createEnrolmentToken(ctx, { ...ask(), ...other })).rejects.toMatchObject({ code: 'not-found' })
  await expect(createEnrolmentToken(company.job, { ...ask(), siteId: hidden.siteId })).rejects.toMatchObject({
    code: 'not-found',
    message: 'This site was not found',
  })
  expect(await allTokens()).toEqual(before)
})

test('a reader sees tokens and neither makes nor revokes one', async () => {
  const { tokenId } = await createEnrolmentToken(company.job, ask())
  const { ctx } = await company.makeMember('read-only')
  await expect(createEnrolmentToken(ctx, ask())).rejects.toMatchObject({ code: 'forbidden' })
  await expect(revokeEnrolmentToken(ctx, { tokenId })).rejects.toMatchObject({ code: 'forbidden' })
  expect((await listEnrolmentTokens(ctx, {})).rows.find((row) => row.id === tokenId)?.state).toBe('usable')
})

test('revoking counts once', async () => {
  const { tokenId } = await createEnrolmentToken(company.job, ask())
  const audit = () => read(company.job, 'audit:read', (tx) => tx.select().from(auditRecords))
  expect(await revokeEnrolmentToken(company.job, { tokenId })).toEqual({ isRevokedNow: true })
  const after = await audit()
  expect(after.at(-1)).toMatchObject({ action: 'enrolment:revoke-token', subjectId: tokenId })
  expect(await revokeEnrolmentToken(company.job, { tokenId })).toEqual({ isRevokedNow: false })
  expect(await audit()).toEqual(after)
  expect((await listEnrolmentTokens(company.job, {})).rows.find((row) => row.id === tokenId)?.state).toBe('revoked')
})

test('a token of a client one may not see is not found, in lists and for revoking', async () => {
  const { tokenId } = await createEnrolmentToken(company.job, ask())
  const elsewhere = await company.makeClient('Elsewhere')
  const { ctx } = await company.makeMember('technician', [elsewhere.clientId])
  await expect(revokeEnrolmentToken(ctx, { tokenId })).rejects.toMatchObject({ code: 'not-found' })
  expect((await listEnrolmentTokens(ctx, {})).rows).toEqual([])
  await expect(listEnrolmentTokens(ctx, { clientId: client.clientId })).rejects.toMatchObject({ code: 'not-found' })
  expect((await listSites(ctx)).map((site) => site.clientName)).toEqual(['Elsewhere'])
})
