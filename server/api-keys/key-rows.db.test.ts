import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { apiKeys } from '../../db/schema/tenancy.ts'
import { inTenant } from '../../db/tenant.ts'
import { testNow as now, ownCompany } from '../auth/testing.ts'
import { isUsableSql } from './key-rows.ts'
import { keyState } from './rules.ts'

const own = ownCompany()

test('the database says of every state what the rule says', async () => {
  const { userId, ctx } = await own.company.makeMember('owner')
  const found = await inTenant(ctx, async (tx) => {
    for (const expiresInMs of [-1, 0, 1])
      for (const revokedAt of [null, now])
        await tx.insert(apiKeys).values({
          ...{ mspId: own.company.mspId, userId, name: 'A key', prefix: randomUUID(), keyHash: 'x', actions: [] },
          ...{ createdAt: now, expiresAt: new Date(now.getTime() + expiresInMs), revokedAt },
        })
    return tx.select({ row: apiKeys, isUsable: sql<boolean>`${isUsableSql(now)}` }).from(apiKeys)
  })
  expect(new Set(found.map(({ row }) => keyState(row, now)))).toEqual(new Set(['usable', 'expired', 'revoked']))
  for (const { row, isUsable } of found) expect(isUsable).toBe(keyState(row, now) === 'usable')
})
