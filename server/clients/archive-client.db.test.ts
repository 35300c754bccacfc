import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closePools, connectPools } from '../../db/tenant.ts'
import { ask, procedures } from '../api/isolation.ask.ts'
import { type Case, cases, furtherCases } from '../api/isolation.cases.ts'
import { makeWorld, noVersions, type World } from '../api/isolation.world.ts'
import { contextOf } from '../auth/contexts.ts'
import { jobContext } from '../auth/job-context.ts'
import { closeAuth } from '../auth/store.ts'
import type { Context } from '../context.ts'
import { startTestDoor, type TestDoor } from '../device-api/testing.ts'
import { openMailbox } from '../members/testing.ts'
import { planDueRollouts } from '../rollouts/plan-due-rollouts.ts'
import { archiveClient } from './archive-client.ts'
import { restoreClient } from './restore-client.ts'

let door: TestDoor
let world: World
let mailbox: Awaited<ReturnType<typeof openMailbox>>
let owner: Context
beforeAll(async () => {
  door = await startTestDoor()
  mailbox = await openMailbox()
  world = await makeWorld(door)
  owner = await contextOf({ userId: world.people.owner.userId, provedAt: new Date() }, world.people.owner.slug)
})
afterAll(async () => {
  await closePools()
  await closeAuth()
  await door?.stop()
  await mailbox?.close()
})
const own = (text: string, ...values: string[]) =>
  door.factories.inMsp(world.mspIds.own, (tx) => tx.unsafe(text, values))
const archive = (abortRollouts = 0, ctx = owner) =>
  archiveClient(ctx, { clientId: world.first.clientId, reason: 'Left us', abortRollouts })
const restore = () => restoreClient(owner, { clientId: world.first.clientId })

beforeEach(async () => {
  await own('update clients set archived_at = null')
  await world.renew('made')
})

/** What the log, the bill, the lists of archived clients and that of ended proposals say is theirs to say. */
const tells = ['audit.list', 'billing.get', 'clients.archived', 'clients.get', 'clients.leftDevice', 'proposals.list']
const isVerb = new Map(procedures.map((each) => [each.path, each.isVerb]))
const reads = [...Object.entries(cases), ...Object.entries(furtherCases)]
  .map(([name, each]): { name: string; path: string; each: Case } => ({ name, path: name.split(' ')[0] ?? '', each }))
  .filter(({ path }) => !isVerb.get(path) && !tells.includes(path))
const verbsOfClient = Object.entries(cases).filter(
  ([path, each]) => isVerb.get(path) && !each.isList && !/^(clients|clientGroups|apiKeys|members)\./.test(path),
)

describe('archived', () => {
  test('needs its running rollouts counted, and aborts exactly those', async () => {
    await expect(archive()).rejects.toMatchObject({ message: 'A rollout runs here: end it first.' })
    await expect(archive(2)).rejects.toMatchObject({ code: 'not-allowed-now' })
    expect(await archive(1)).toEqual({ aborted: 1 })
    expect(await own('select state from rollouts where id = $1', world.first.rolloutId)).toEqual([{ state: 'aborted' }])
    expect(
      await own(
        `select 1 from work_orders where client_id = $1 and state in ('unsigned', 'ready')`,
        world.first.clientId,
      ),
    ).toEqual([])
    expect(
      await own('select 1 from enrolment_tokens where client_id = $1 and revoked_at is null', world.first.clientId),
    ).toEqual([])
    const log = await own(`select subject_kind, reason from audit_records where action = 'client:archive' order by id`)
    expect(new Set(log.map((record) => record.subject_kind))).toEqual(new Set(['client', 'proposal', 'rollout']))
  })

  test('is nowhere: each read of each person is as if it had never been', async () => {
    const ids = { ...world.first }
    const before = await Promise.all(
      reads.map(async ({ path, each }) =>
        (await ask(path, each.input(ids, noVersions), world.people.owner)).text.includes(world.canaries.first),
      ),
    )
    // Else the walk would prove nothing.
    expect(before.filter(Boolean).length).toBeGreaterThan(12)
    await archive(1)
    for (const { name, path, each } of reads)
      for (const who of ['owner', 'technician', 'readOnly'] as const) {
        const answer = await ask(path, each.input(ids, noVersions), world.people[who])
        // People of the MSP have names; of this world's some are made of a client's.
        const text = answer.text.replaceAll(/(\w+ of |[\w-]+-)canary-own-first/g, '')
        for (const secret of [world.canaries.first, ids.deviceId, ids.rolloutId, ids.siteId])
          expect(text.includes(secret), `${name} tells ${who} of ${secret}`).toBe(false)
      }
  })

  test('takes no verb: each answers not found', async () => {
    const ids = { ...world.first }
    await archive(1)
    for (const [path, each] of verbsOfClient) {
      // Those of the portal are for the client's own manager.
      const caller = path.startsWith('portal.') ? world.people.clientManager : world.people.owner
      const { code } = await ask(path, each.input(ids, noVersions), caller)
      expect(code, path).toBe('NOT_FOUND')
    }
  })

  test('gets nothing from the door for its devices', async () => {
    await own(`update work_orders set state = 'ready' where id = $1`, world.first.orderId)
    const device = world.devices.first
    await archive(1)
    await own(`update rollouts set state = 'running', is_stopped = false where id = $1`, world.first.rolloutId)
    await own(`update work_orders set state = 'ready', lease_until = null where id = $1`, world.first.orderId)
    await door.factories.beat()
    expect((await device.poll()).body.orders).toEqual([])
    await own('update clients set archived_at = null where id = $1', world.first.clientId)
    expect((await device.poll()).body.orders).toHaveLength(1)
    await own('update clients set archived_at = now() where id = $1', world.first.clientId)
    await own(`update rollouts set state = 'aborted' where id = $1`, world.first.rolloutId)
    await own(`update work_orders set state = 'void' where id = $1`, world.first.orderId)
    await own('update plan_items set is_claimed = false where client_id = $1', world.first.clientId)
  })

  test('refuses an enrolment with a token that somebody still has', async () => {
    const client = { mspId: world.mspIds.own, clientId: world.first.clientId, siteId: world.first.siteId }
    await archive(1)
    const token = await door.factories.makeToken(client)
    await expect(door.addDevice(client, { hostName: 'late' })).rejects.toThrow()
    expect(
      await own("select uses_left from enrolment_tokens where token_hash = encode(sha256($1::bytea), 'hex')", token),
    ).toEqual([{ uses_left: 1 }])
  })

  test('is there again when it is restored, with all that it had', async () => {
    await archive(1)
    await restore()
    const { text } = await ask('devices.list', {}, world.people.owner)
    expect(text).toContain(world.first.deviceId)
    await expect(restore()).rejects.toMatchObject({ message: 'This client is not archived.' })
  })

  test('is not for technicians, and another MSP’s is not found', async () => {
    const technician = await contextOf(
      { userId: world.people.technician.userId, provedAt: new Date() },
      world.people.technician.slug,
    )
    await expect(archive(1, technician)).rejects.toMatchObject({ code: 'forbidden' })
    const other = await contextOf(
      { userId: world.people.otherMsp.userId, provedAt: new Date() },
      world.people.otherMsp.slug,
    )
    await expect(archive(1, other)).rejects.toMatchObject({ code: 'not-found' })
  })

  // The last one: from here on jobs have a login of their own.
  test('is planned no more, and is again when it is back', async () => {
    await world.renew('not begun')
    const plan = async () => {
      const at = new Date(Date.now() + 8 * 86_400_000)
      await planDueRollouts({
        at,
        after: null,
        contextOf: (mspId) => jobContext(mspId, 'planner', at),
        onFailure: () => undefined,
      })
      return (await own(`select 1 from rollouts where client_id = $1 and state = 'running'`, world.first.clientId))
        .length
    }
    await own(
      `insert into policies (msp_id, client_id, version, document, created_by, created_at)
      select $1, $2, 1 + coalesce(max(version), 0), '{"startRule": {"kind": "at-once", "settleMs": 0}}', 'A test', now()
      from policies where client_id = $2`,
      world.mspIds.own,
      world.first.clientId,
    )
    await archive(0)
    // As the worker: row-level security hides nothing from it.
    connectPools({ jobs: door.database.urls.app_worker })
    expect(await plan()).toBe(0)
    await restore()
    expect(await plan()).toBe(1)
  })
})
