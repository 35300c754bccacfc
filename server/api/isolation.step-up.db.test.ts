import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closePools, inTenant, type Tx } from '../../db/tenant.ts'
import { jobContext } from '../auth/job-context.ts'
import { closeAuth } from '../auth/store.ts'
import { startTestDoor, type TestDoor } from '../device-api/testing.ts'
import { openMailbox } from '../members/testing.ts'
import { type Action, stepUpActions, stepUpMs } from '../permissions.ts'
import { ask, procedures } from './isolation.ask.ts'
import { cases, furtherCases } from './isolation.cases.ts'
import { makeWorld, type World } from './isolation.world.ts'

/** What of the console wants a proof that is fresh, by the name of its case, and for which right. */
const wanted: Record<string, Action> = {
  'apiKeys.create': 'api-key:create',
  'billing.cancel': 'billing:cancel',
  'billing.openPortal': 'billing:open-portal',
  'billing.reactivate': 'billing:reactivate',
  'billing.subscribe': 'billing:subscribe',
  'changes.resume': 'changes:resume',
  'clients.archive': 'client:archive',
  'clients.checkExport': 'client:export',
  'clients.erase': 'client:erase',
  'devices.retire': 'device:retire',
  'members.change': 'member:change',
  'members.invite': 'member:invite',
  'members.remove': 'member:remove',
  'members.resendInvitation': 'member:invite',
  'members.resetFactors': 'member:reset-factors',
  'members.suspend': 'member:suspend',
  'members.transferOwnership': 'msp:transfer',
  'policies.save': 'policy:save',
  'policies.save the standard': 'policy:save',
  'proposals.confirm': 'proposal:confirm',
  'settings.addDirectory': 'msp:save-settings',
  'settings.removeDirectory': 'msp:save-settings',
  'settings.save': 'msp:save-settings',
  'settings.saveLogo': 'msp:save-settings',
  'settings.setManagerFactors': 'msp:set-manager-factors',
  'settings.saveReports': 'msp:save-settings',
}
/** Wanted by what it is done to, not by the verb alone: below. */
const wantedSometimes: Action[] = ['rollout:approve-production']

let door: TestDoor
let world: World
let mailbox: Awaited<ReturnType<typeof openMailbox>>
beforeAll(async () => {
  door = await startTestDoor()
  mailbox = await openMailbox()
  world = await makeWorld(door)
})
afterAll(async () => {
  await closePools()
  await closeAuth()
  await door?.stop()
  await mailbox?.close()
})

/** Every row of the MSP that the console can read, as one text. */
function allRows(): Promise<string> {
  return inTenant(jobContext(world.mspIds.own, 'test'), async (tx: Tx) => {
    const tables = await tx.execute<{ name: string }>(sql`select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and has_table_privilege(oid, 'select') order by 1`)
    const parts: string[] = []
    for (const { name } of tables) {
      const rows = await tx.execute<{ row: string }>(
        sql`select t::text as row from ${sql.identifier(name)} t order by 1`,
      )
      parts.push(`${name}\n${rows.map(({ row }) => row).join('\n')}`)
    }
    return parts.join('\n\n')
  })
}

const askLate = async (path: string, input: unknown) => {
  const now = new Date()
  const { owner } = world.people
  return ask(path, input, owner, owner.slug, now, new Date(now.getTime() - stepUpMs - 1))
}
const late = { code: 'PRECONDITION_REQUIRED', message: 'Prove once more that it is you. Then go on.' }
const isVerb = new Map(procedures.map((each) => [each.path, each.isVerb]))
const all = Object.entries({ ...cases, ...furtherCases })

test('every right that wants a step-up is asked for here', () => {
  expect(new Set([...Object.values(wanted), ...wantedSometimes])).toEqual(stepUpActions)
})

describe('the owner, over ten minutes after their last proof', () => {
  test.each(Object.keys(wanted))('%s: is asked to prove it, and nothing changes', async (name) => {
    const each = cases[name] ?? furtherCases[name]
    const before = await allRows()
    const reply = await askLate(name.split(' ')[0] ?? '', each?.input(world.first, await world.findVersions()))
    expect(reply).toMatchObject(late)
    expect(await allRows()).toBe(before)
  })

  test('letting a rollout into Production: is asked to prove it, and nothing changes', async () => {
    const { rolloutId } = await world.renew('soaking')
    await door.factories.inMsp(
      world.mspIds.own,
      (tx) => tx`insert into rollout_rings select next.* from rollout_rings r,
        jsonb_populate_record(r, '{"position": 1, "state": "waiting"}') next where r.rollout_id = ${rolloutId}`,
    )
    const before = await allRows()
    const input = { rolloutId, position: 0, reason: 'A test' }
    expect(await askLate('rollouts.promote', input)).toMatchObject(late)
    expect(await allRows()).toBe(before)
  })

  const others = all.filter(([name]) => !(name in wanted) && isVerb.get(name.split(' ')[0] ?? ''))
  test.each(others)('%s: is asked for nothing', async (name, each) => {
    const reply = await askLate(name.split(' ')[0] ?? '', each.input(world.first, await world.findVersions()))
    expect(reply.code).not.toBe(late.code)
  })
})
