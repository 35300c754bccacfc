import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inAllTenants, inTenant } from '../../db/tenant.ts'
import { openTenancy, type TestCompany, testNow } from '../auth/testing.ts'
import { createClient } from '../clients/create-client.ts'
import type { Context } from '../context.ts'
import { exportAudit } from './export-audit.ts'
import { getChainState, listAudit } from './queries.ts'
import { recordAudit } from './record-audit.ts'
import { sealRecords } from './seal-records.ts'
import { signHeads } from './sign-heads.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
beforeAll(async () => {
  tenancy = await openTenancy()
}, 60_000)
afterAll(() => tenancy.close())

let company: TestCompany
let owner: Context
beforeEach(async () => {
  company = await tenancy.makeCompany()
  owner = (await company.makeMember('owner')).ctx
})
const later = (ms: number) => new Date(testNow.getTime() + ms)

test('a verb never waits for the sweep, and the sweep for no verb that is under way', async () => {
  await company.makeClient()
  await inAllTenants(async (tx) => {
    // Another worker in the middle of sealing this MSP: verbs go on, and the second sweep leaves it to the first.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`audit chain ${company.mspId}`}, 0))`)
    await tx.execute(sql`delete from audit_unsealed where msp_id = ${company.mspId}`)
    await company.makeClient()
    expect(await sealRecords(later(1_000))).toBe(0)
    throw new Error('the worker died')
  }).catch((error) => expect(error).toMatchObject({ message: 'the worker died' }))
  await inTenant(owner, async (tx) => {
    // A verb that has written its record and not committed: what is committed is sealed meanwhile.
    await recordAudit(tx, owner, 'client:create', [
      { clientId: null, subject: { kind: 'client', id: randomUUID(), name: 'Late' } },
    ])
    expect(await sealRecords(later(2_000))).toBe(4)
  })
  expect(await sealRecords(later(3_000))).toBe(1)
})

test('a record with a reason, and one of a denied attempt, are sealed like any other', async () => {
  const reader = (await company.makeMember('read-only')).ctx
  await inTenant(owner, (tx) =>
    recordAudit(tx, owner, 'client:create', [
      { clientId: null, subject: { kind: 'client', id: randomUUID(), name: 'Reasoned' }, reason: 'It was asked for' },
    ]),
  )
  const input = { name: 'Denied', timeZone: 'Europe/Berlin', siteName: 'Office' }
  await expect(createClient(reader, input)).rejects.toMatchObject({ code: 'forbidden' })
  await sealRecords(later(1_000))
  const rows = await inTenant(owner, (tx) =>
    tx.execute<{
      outcome: string
      reason: string | null
      isSealed: boolean
    }>(sql`select outcome, reason, exists (select from audit_seals s
      where s.msp_id = r.msp_id and s.record_id = r.id) as "isSealed" from audit_records r`),
  )
  expect(rows.filter(({ isSealed }) => !isSealed)).toEqual([])
  expect(rows.some(({ reason }) => reason === 'It was asked for')).toBe(true)
  expect(rows.some(({ outcome }) => outcome === 'denied')).toBe(true)
})

describe('how far the chain has come', () => {
  test('for who sees the whole MSP: the newest seal, what waits, the newest head', async () => {
    expect(await getChainState(owner)).toMatchObject({ sealedUpTo: null, waiting: 2, head: null, tip: null })
    await sealRecords(later(1_000))
    const { privateKey } = generateKeyPairSync('ed25519')
    await signHeads(later(86_400_000), { keyId: 'a-key', privateKey })
    await company.makeClient()
    const state = await getChainState(owner)
    expect(state).toMatchObject({ sealedUpTo: later(1_000), waiting: 1, head: { day: '2026-09-18' } })
    expect(state?.tip).toMatch(new RegExp(`^${company.slug}:2:[0-9a-f]{64}$`))
  })

  test('nothing for who sees some clients: its length would tell of others', async () => {
    const { clientId } = await company.makeClient()
    const { ctx } = await company.makeMember('technician', [clientId])
    expect(await getChainState(ctx)).toBeNull()
  })
})

describe('what was denied', () => {
  test('stands in the log, is found by its outcome, and is told to nobody else', async () => {
    const reader = await company.makeMember('read-only')
    await expect(
      createClient(reader.ctx, { name: 'X', timeZone: 'Europe/Berlin', siteName: 'Y' }),
    ).rejects.toMatchObject({
      code: 'forbidden',
    })
    const { records } = await listAudit(owner, { outcome: 'denied' })
    expect(records).toMatchObject([
      { action: 'client:create', actorId: reader.userId, outcome: 'denied', clientId: null },
    ])
    const done = await listAudit(owner, { outcome: 'done' })
    expect(new Set(done.records.map(({ outcome }) => outcome))).toEqual(new Set(['done']))
    const { clientId } = await company.makeClient()
    const { ctx } = await company.makeMember('technician', [clientId])
    expect((await listAudit(ctx, { outcome: 'denied' })).records).toEqual([])
  })
})

describe('export', () => {
  test('needs its own right, writes itself down once however many pages, and keeps the filter', async () => {
    const technician = await company.makeMember('technician')
    expect((await listAudit(technician.ctx, {})).canExport).toMatchObject({ can: false })
    await expect(exportAudit(technician.ctx, {}, null)).rejects.toMatchObject({ code: 'forbidden' })
    await company.makeClient()
    const first = await exportAudit(owner, { action: 'client:create' }, null)
    expect(first.records.map(({ action }) => action)).toEqual(['client:create'])
    await exportAudit(owner, { action: 'client:create' }, first.records[0]?.id ?? 0)
    const { records } = await listAudit(owner, { action: 'audit:export', outcome: 'done' })
    expect(records).toMatchObject([{ subjectName: 'Audit log', changes: { action: 'client:create' } }])
    expect((await listAudit(owner, { action: 'audit:export', outcome: 'denied' })).records).toHaveLength(1)
  })

  test('who sees some clients takes the records of these only, and nothing of the MSP as a whole', async () => {
    const { clientId } = await company.makeClient()
    await company.makeClient()
    const { ctx } = await company.makeMember('admin', [clientId])
    const { records } = await exportAudit(ctx, {}, null)
    expect(records.map((record) => record.clientId)).toEqual([clientId])
  })

  test('a client they may not see is not found, and nothing is written', async () => {
    await expect(exportAudit(owner, { clientId: randomUUID() }, null)).rejects.toMatchObject({ code: 'not-found' })
    expect((await listAudit(owner, { action: 'audit:export' })).records).toEqual([])
  })
})
