import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTenancy, type TestCompany } from '../auth/testing.ts'
import type { Context } from '../context.ts'
import { listAudit } from './queries.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
let owner: Context
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany('own')
  owner = (await company.makeMember('owner')).ctx
  // 1 MSP, 1 member, 118 clients: two and a half pages of records, made by the verbs themselves.
  for (let made = 0; made < 118; made++) await company.makeClient()
}, 120_000)
afterAll(() => tenancy.close())

const idsOf = (page: { records: { id: number }[] }) => page.records.map((record) => record.id)
const falling = (ids: number[]) => ids.every((id, place) => place === 0 || id < (ids[place - 1] ?? 0))

describe('pages', () => {
  test('each record stands on one page, newest first, and the way back gives the same pages', async () => {
    const pages = [await listAudit(owner, {})]
    for (let next = pages[0]?.olderThan; next; next = pages.at(-1)?.olderThan)
      pages.push(await listAudit(owner, { before: next }))
    const ids = pages.flatMap(idsOf)
    expect(pages.map((page) => page.records.length)).toEqual([50, 50, 20])
    expect(new Set(ids).size).toBe(120)
    expect(falling(ids)).toBe(true)
    expect(pages[0]?.newerThan).toBeNull()
    expect(pages[2]?.olderThan).toBeNull()

    const back = await listAudit(owner, { after: pages[2]?.newerThan ?? 0 })
    expect(idsOf(back)).toEqual(idsOf(pages[1] ?? { records: [] }))
    expect(idsOf(await listAudit(owner, { after: back.newerThan ?? 0 }))).toEqual(idsOf(pages[0] ?? { records: [] }))
  })

  test('what is written meanwhile moves no page', async () => {
    const first = await listAudit(owner, {})
    const second = idsOf(await listAudit(owner, { before: first.olderThan ?? 0 }))
    const fresh = await tenancy.makeCompany()
    await fresh.makeClient()
    await company.makeMember('read-only')
    expect(idsOf(await listAudit(owner, { before: first.olderThan ?? 0 }))).toEqual(second)
  })
})

describe('who sees what', () => {
  test('another MSP’s log holds its own records only', async () => {
    const other = await tenancy.makeCompany()
    const stranger = (await other.makeMember('owner')).ctx
    const { records, actors } = await listAudit(stranger, {})
    expect(records.map((record) => record.action)).toEqual(['member:add', 'msp:create'])
    expect(actors).toEqual([])
  })

  test('with some clients: records of these, and none of the MSP as a whole', async () => {
    const { clientId } = await company.makeClient('Seen by one')
    const { ctx } = await company.makeMember('technician', [clientId])
    const { records } = await listAudit(ctx, {})
    expect(records.map((record) => [record.clientId, record.clientName])).toEqual([[clientId, 'Seen by one']])
    const all = await listAudit(owner, {})
    expect(all.records.some((record) => record.clientId === null)).toBe(true)
  })

  test('a client they may not see is not found, in the words for one that never was', async () => {
    const mine = await company.makeClient()
    const hidden = await company.makeClient()
    const { ctx } = await company.makeMember('technician', [mine.clientId])
    const refused = { code: 'not-found', message: 'This client was not found' }
    await expect(listAudit(ctx, { clientId: hidden.clientId })).rejects.toMatchObject(refused)
    await expect(listAudit(ctx, { clientId: randomUUID() })).rejects.toMatchObject(refused)
  })
})

describe('filters', () => {
  test('by client, by action, by who', async () => {
    const { clientId } = await company.makeClient()
    expect((await listAudit(owner, { clientId })).records.map((record) => record.subjectId)).toEqual([clientId])
    const members = await listAudit(owner, { action: 'member:add' })
    expect(new Set(members.records.map((record) => record.action))).toEqual(new Set(['member:add']))
    expect((await listAudit(owner, { actor: 'system', action: 'member:add' })).records).toHaveLength(
      members.records.length,
    )
    expect((await listAudit(owner, { actor: randomUUID() })).records).toEqual([])
  })
})
