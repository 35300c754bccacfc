import { desc, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { auditRecords } from '../../db/schema/records.ts'
import { read } from '../access.ts'
import { ownCompany } from '../auth/testing.ts'
import type { Context } from '../context.ts'
import { getSettings } from './queries.ts'
import { settingsCan } from './rules.ts'
import { setManagerFactors } from './set-manager-factors.ts'

const own = ownCompany()
const records = () =>
  read(own.company.job, 'audit:read', (tx) =>
    tx
      .select({ changes: auditRecords.changes, outcome: auditRecords.outcome })
      .from(auditRecords)
      .where(eq(auditRecords.action, 'msp:set-manager-factors'))
      .orderBy(desc(auditRecords.id)),
  )

test('managers need a factor until an owner says otherwise, and each change is told once', async () => {
  const { ctx: owner } = await own.company.makeMember('owner')
  expect((await getSettings(owner)).managersNeedFactor).toBe(true)
  await setManagerFactors(owner, { managersNeedFactor: true })
  expect(await records()).toEqual([])
  await setManagerFactors(owner, { managersNeedFactor: false })
  await setManagerFactors(owner, { managersNeedFactor: false })
  expect((await getSettings(owner)).managersNeedFactor).toBe(false)
  await setManagerFactors(owner, { managersNeedFactor: true })
  expect((await getSettings(owner)).managersNeedFactor).toBe(true)
  expect(await records()).toEqual([
    { changes: { managersNeedFactor: [false, true] }, outcome: 'done' },
    { changes: { managersNeedFactor: [true, false] }, outcome: 'done' },
  ])
})

test.each(['admin', 'approver', 'technician', 'billing', 'read-only', 'client-manager'] as const)(
  '%s may not say it',
  async (role) => {
    const { clientId } = await own.company.makeClient()
    const { ctx } = await own.company.makeMember(role, role === 'client-manager' ? [clientId] : 'all')
    await expect(setManagerFactors(ctx, { managersNeedFactor: false })).rejects.toMatchObject({ code: 'forbidden' })
    expect(settingsCan.setManagerFactors({ permissions: ctx.permissions, hasAllClients: true }).can).toBe(false)
  },
)

test('an owner proves first that it is them', async () => {
  const { ctx: owner } = await own.company.makeMember('owner')
  const stale = { ...owner, actor: { ...owner.actor, provedAt: null } } as Context
  await expect(setManagerFactors(stale, { managersNeedFactor: false })).rejects.toMatchObject({ code: 'step-up' })
  expect((await getSettings(owner)).managersNeedFactor).toBe(true)
})
