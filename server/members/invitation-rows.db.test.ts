import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { invitations } from '../../db/schema/tenancy.ts'
import { inTenant } from '../../db/tenant.ts'
import { testNow as now, ownCompany } from '../auth/testing.ts'
import { isHeldSql } from './invitation-rows.ts'
import { invitationState } from './rules.ts'

const own = ownCompany()

test('the database says of every state what the rule says', async () => {
  const { userId, ctx } = await own.company.makeMember('owner')
  const found = await inTenant(ctx, async (tx) => {
    for (const expiresInMs of [-1, 0, 1])
      for (const revokedAt of [null, now])
        for (const acceptedAt of [null, now])
          await tx.insert(invitations).values({
            ...{ mspId: own.company.mspId, email: 'one@example.com', name: 'One', role: 'owner', hasAllClients: true },
            ...{ clientIds: [], tokenHash: randomUUID(), invitedBy: userId, invitedByName: 'A owner' },
            ...{ createdAt: now, sentAt: now, expiresAt: new Date(now.getTime() + expiresInMs), revokedAt, acceptedAt },
          })
    return tx.select({ row: invitations, isHeld: sql<boolean>`${isHeldSql(now)}` }).from(invitations)
  })
  const owner = { role: 'owner' as const, hasAllClients: true, suspendedAt: null, clientIds: [] }
  for (const inviter of [owner, null]) {
    const states = found.map(({ row, isHeld }) => [invitationState(row, inviter, now), isHeld] as const)
    expect(new Set(states.map(([state]) => state)).size).toBe(4)
    for (const [state, isHeld] of states) expect(isHeld).toBe(state === 'open' || state === 'lapsed')
  }
})
