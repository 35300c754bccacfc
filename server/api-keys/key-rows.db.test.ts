import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiKeys } from '../../db/schema/tenancy.ts'
import { inTenant } from '../../db/tenant.ts'
import { testNow as now, openTenancy, type TestCompany } from '../auth/testing.ts'
import { isUsableSql } from './key-rows.ts'
import { keyState } from './rules.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany()
})
afterAll(() => tenancy.close())

test('the database says of every state what the rule says', async () => {
  const { userId, ctx } = await company.makeMember('owner')
  const found = await inTenant(ctx, async (tx) => {
    for (const expiresInMs of [-1, 0, 1])
      for (const revokedAt of [null, now])
        await tx.insert(apiKeys).values({
          ...{ mspId: company.mspId, userId, name: 'A key', prefix: randomUUID(), keyHash: 'x', actions: [] },
          ...{ createdAt: now, expiresAt: new Date(now.getTime() + expiresInMs), revokedAt },
        })
    return tx.select({ row: apiKeys, isUsable: sql<boolean>`${isUsableSql(now)}` }).from(apiKeys)
  })
  expect(new Set(found.map(({ row }) => keyState(row, now)))).toEqual(new Set(['usable', 'expired', 'revoked']))
  for (const { row, isUsable } of found) expect(isUsable).toBe(keyState(row, now) === 'usable')
})
