import { generateKeyPairSync } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OrderSpec } from '../../db/factories.ts'
import { msps } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import type { TestDevice } from '../device-api/test-device.ts'
import { personContext, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { signOrders } from '../work-orders/sign-orders.ts'
import { changesChange, findStop, lockSwitch } from './changes-row.ts'
import { resumeChanges } from './resume-changes.ts'
import { stopChanges } from './stop-changes.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
beforeEach(() => world.door.factories.beat())
afterAll(() => world?.stop())

const key = { keyid: 'test', privateKey: generateKeyPairSync('ed25519').privateKey }
const sign = () => signOrders(new Date(), async () => [key])
const because = { reason: 'a stolen session' }
const stop = (mspId: string) => stopChanges(personContext(mspId), because)
const resume = (mspId: string) => resumeChanges(personContext(mspId), because)

/** A device in an open ring whose install order was never signed. */
async function makeRun(host = 'test-1') {
  const run = await world.startPlan({ hosts: [host] })
  const [device] = run.devices
  if (!device) throw new Error('no device')
  const { mspId } = run.client
  const patchIds = [await run.patchId('lab-svc', '2.0')]
  let attempt = 1
  return {
    mspId,
    run,
    device,
    /** One more order of this device, signed unless said otherwise. */
    order: (verb: OrderSpec['verb'], more: Partial<OrderSpec> = {}) => {
      attempt += 1
      const rest = verb === 'scan' ? {} : { rolloutId: run.rolloutId, position: 0, patchIds }
      return world.door.factories.makeOrder(run.client, { deviceId: device.deviceId, verb, attempt, ...rest, ...more })
    },
    row: async <T extends object>(query: string) => {
      const rows = await world.door.factories.inMsp(mspId, (tx) => tx.unsafe<T[]>(query))
      return [...rows]
    },
  }
}
const handedOut = async (device: TestDevice) => (await device.poll()).body.orders.map(({ payload }) => payload)
const answerOf = async (device: TestDevice, orderId: string) => {
  const { body } = await device.permit(orderId)
  return body.permit ? 'permit' : body.denial
}

describe('stopping', () => {
  test('is told in the log with its reason, and undone the same way; neither is done twice', async () => {
    const { mspId, row } = await makeRun()
    const noon = new Date('2026-11-22T12:00:00Z')
    await expect(resume(mspId)).rejects.toThrow('Changes are not stopped.')
    await stopChanges(personContext(mspId, { now: noon, role: 'technician' }), because)
    await expect(stop(mspId)).rejects.toThrow('All changes are stopped already.')
    const columns = 'changes_stopped_at as at, changes_stopped_by as by, changes_stop_reason as reason'
    expect(await row(`select ${columns} from msps`)).toEqual([{ at: noon, by: 'Nora', reason: 'a stolen session' }])
    const now = new Date(noon.getTime() + 60_000)
    await resumeChanges(personContext(mspId, { now }), { reason: 'it was a drill' })
    expect(await row(`select ${columns} from msps`)).toEqual([{ at: null, by: null, reason: null }])
    const told = `select action, reason, actor_name, subject_kind, changes from audit_records where action like 'changes:%' order by id`
    const about = { actor_name: 'Nora', subject_kind: 'msp' }
    expect(await row(told)).toEqual([
      { action: 'changes:stop', reason: 'a stolen session', ...about, changes: {} },
      { action: 'changes:resume', reason: 'it was a drill', ...about, changes: { stoppedMs: 60_000 } },
    ])
  })

  test.each<[string, string, Parameters<typeof personContext>[1], string]>([
    ['who sees some clients only stops', 'stop', { role: 'owner', clients: [] }, 'forbidden'],
    ['who sees some clients only resumes', 'resume', { role: 'owner', clients: [] }, 'forbidden'],
    ['a reader stops', 'stop', { role: 'read-only' }, 'forbidden'],
    ['a technician resumes', 'resume', { role: 'technician' }, 'forbidden'],
  ])('%s: refused', async (_, verb, who, code) => {
    const { mspId } = await makeRun()
    if (verb === 'resume') await stop(mspId)
    const turn = verb === 'stop' ? stopChanges : resumeChanges
    await expect(turn(personContext(mspId, who), because)).rejects.toMatchObject({ code })
  })

  test('wants no fresh proof, so that it is quick; going on does', async () => {
    const { mspId } = await makeRun()
    const ctx = personContext(mspId)
    const stale = { ...ctx, actor: { ...ctx.actor, provedAt: null } } as Context
    await stopChanges(stale, because)
    await expect(resumeChanges(stale, because)).rejects.toMatchObject({ code: 'step-up' })
    await resumeChanges(ctx, because)
  })

  test('is whole or not at all in the row', async () => {
    const { mspId } = await makeRun()
    const half = perform(personContext(mspId), 'changes:stop', async (tx) => {
      await tx
        .update(msps)
        .set({ changesStoppedAt: new Date() })
        .where(eq(msps.id, personContext(mspId).mspId))
      return { value: undefined, changes: [] }
    })
    await expect(half).rejects.toMatchObject({ cause: { constraint_name: 'msps_changes_stop_whole' } })
  })
})

describe('from then on', () => {
  test.each(['install', 'rollback'] as const)('no %s is handed out or permitted', async (verb) => {
    const { mspId, device, order } = await makeRun()
    const orderId = await order(verb)
    await stop(mspId)
    expect(await handedOut(device)).toEqual([])
    expect(await answerOf(device, orderId)).toBe('paused')
    await resume(mspId)
    expect(await handedOut(device)).toEqual([orderId])
    expect(await answerOf(device, orderId)).toBe('permit')
  })

  test('nothing is fetched ahead, not even for no rollout; the device is looked at', async () => {
    const { mspId, device, order } = await makeRun()
    const [stage, alone, scan] = [
      await order('stage'),
      await order('install', { rolloutId: undefined, position: undefined }),
      await order('scan'),
    ]
    await stop(mspId)
    expect(await handedOut(device)).toEqual([scan])
    await resume(mspId)
    expect((await handedOut(device)).sort()).toEqual([stage, alone].sort())
  })

  test('nothing that changes a device is signed; what looks at it is, and so is what other companies do', async () => {
    const [stopped, other] = [await makeRun(), await makeRun()]
    for (const verb of ['stage', 'rollback', 'scan'] as const) await stopped.order(verb, { state: 'unsigned' })
    await stop(stopped.mspId)
    await sign()
    const query = `select verb, state from work_orders where state in ('unsigned', 'ready') or verb = 'scan' order by verb`
    expect(
      (await stopped.row<{ verb: string; state: string }>(query)).map(({ verb, state }) => `${verb} ${state}`),
    ).toEqual(['install unsigned', 'rollback unsigned', 'scan ready', 'stage unsigned'])
    expect(await other.row(`select verb, state from work_orders where verb = 'install'`)).toEqual([
      { verb: 'install', state: 'ready' },
    ])
    // Which installs a rollback names is said when it is signed: not yet.
    expect(await stopped.row(`select supersedes from work_orders where verb = 'rollback'`)).toEqual([
      { supersedes: [] },
    ])
    await resume(stopped.mspId)
    expect(await sign()).toBe(3)
  })

  test('another company goes on', async () => {
    const [stopped, other] = [await makeRun(), await makeRun()]
    const orderId = await other.order('install')
    await stop(stopped.mspId)
    expect(await handedOut(other.device)).toEqual([orderId])
    expect(await answerOf(other.device, orderId)).toBe('permit')
  })

  test('what has begun is finished and told', async () => {
    const { mspId, device, run, row } = await makeRun()
    await sign()
    const [orderId = ''] = (await device.poll()).body.orders.map(
      ({ payload }): string => JSON.parse(Buffer.from(payload, 'base64').toString()).orderId,
    )
    expect(await answerOf(device, orderId)).toBe('permit')
    await stop(mspId)
    expect((await device.checkIn()).status).toBe(200)
    await run.tell('test-1', 'install', 'installed')
    expect(await row('select state from plan_items')).toEqual([{ state: 'proved' }])
  })
})

/** Until so many wait for a turn. */
const areWaiting = (count: number, kind: 'advisory' | 'transactionid' = 'advisory') =>
  vi.waitFor(
    async () =>
      expect(
        await world.door.factories.across`select 1 from pg_locks l join pg_stat_activity a using (pid)
          where l.locktype = ${kind} and not l.granted and a.datname = current_database()`,
      ).toHaveLength(count),
    { timeout: 10_000 },
  )

describe('no moment between', () => {
  test('no permit is given after it has committed, and nothing handed out or signed while it commits', async () => {
    const { mspId, device, order, row } = await makeRun()
    const orderId = await order('install')
    const asked: Promise<[string, number]>[] = []
    let committedAt = 0
    const ctx = personContext(mspId)
    await perform(ctx, 'changes:stop', async (tx) => {
      const msp = await lockSwitch(tx, ctx, 'stop')
      for (let n = 0; n < 3; n++) asked.push(answerOf(device, orderId).then((answer) => [answer, performance.now()]))
      await areWaiting(1)
      // These are for many companies at once, and do not wait.
      expect(await sign()).toBe(0)
      expect(await row(`select state from work_orders where attempt = 1 and verb = 'install'`)).toEqual([
        { state: 'unsigned' },
      ])
      await tx
        .update(msps)
        .set({ changesStoppedAt: ctx.now, changesStoppedBy: 'Nora', changesStopReason: 'a stolen session' })
        .where(eq(msps.id, msp.id))
      committedAt = performance.now()
      return { value: undefined, changes: [changesChange(msp, 'a stolen session')] }
    })
    const answers = await Promise.all(asked)
    expect(answers.map(([answer]) => answer)).toEqual(['paused', 'paused', 'paused'])
    expect(Math.min(...answers.map(([, at]) => at))).toBeGreaterThan(committedAt)
  })

  test('while it commits no change is handed out, and other companies get theirs', async () => {
    const [stopped, other] = [await makeRun(), await makeRun()]
    const [install, scan] = [await stopped.order('install'), await stopped.order('scan')]
    const theirs = await other.order('install')
    const ctx = personContext(stopped.mspId)
    await perform(ctx, 'changes:stop', async (tx) => {
      await lockSwitch(tx, ctx, 'stop')
      expect(await handedOut(stopped.device)).toEqual([scan])
      expect(await handedOut(other.device)).toEqual([theirs])
      return { value: undefined, changes: [] }
    })
    // It was not stopped after all.
    expect(await handedOut(stopped.device)).toEqual([install])
  })

  test('takes its turn before permits that are asked for later, however many are under way', async () => {
    const { mspId, device, order } = await makeRun()
    const orderId = await order('install')
    let stopping: Promise<void> | undefined
    let later: Promise<string> | undefined
    await world.door.factories.across.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock_shared(door.msp_turn(${mspId}))`
      stopping = stop(mspId)
      await areWaiting(1)
      later = answerOf(device, orderId)
      await areWaiting(2)
    })
    await stopping
    expect(await later).toBe('paused')
  })
})

describe('nobody keeps it from happening', () => {
  test('who holds the turn without an end: the flag is written all the same, and counts from then on', async () => {
    const { mspId, device, order, row } = await makeRun()
    const orderId = await order('install')
    await world.door.factories.across.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock_shared(door.msp_turn(${mspId}))`
      await stop(mspId)
      expect(await answerOf(device, orderId)).toBe('paused')
      expect(await handedOut(device)).toEqual([])
      await sign()
      expect(await row(`select state from work_orders where state = 'unsigned'`)).toHaveLength(1)
    })
  }, 20_000)

  test('letting go on waits for the turn as long as it takes', async () => {
    const { mspId } = await makeRun()
    await stop(mspId)
    const limitOf = (verb: 'stop' | 'resume') =>
      perform(personContext(mspId), `changes:${verb}`, async (tx) => {
        await lockSwitch(tx, personContext(mspId), verb)
        const [limit] = await tx.execute(sql`select current_setting('lock_timeout') as "lock"`)
        return { value: limit, changes: [] }
      })
    expect(await limitOf('resume')).toEqual({ lock: '0' })
    await resume(mspId)
    expect(await limitOf('stop'), 'only the turn has a limit').toEqual({ lock: '0' })
  })

  test('while it waits for the row of the company, which a start of a rollout holds, permits go on', async () => {
    const { mspId, device, order } = await makeRun()
    const orderId = await order('install')
    let stopping: Promise<void> | undefined
    let answer = ''
    await perform(personContext(mspId), 'rollout:start', async (tx) => {
      await tx.update(msps).set({ lastRolloutNumber: 7 })
      stopping = stop(mspId)
      await areWaiting(1, 'transactionid')
      answerOf(device, orderId).then((told) => {
        answer = told
      })
      await vi.waitFor(() => expect(answer).toBe('permit'), { timeout: 5_000 })
      return { value: undefined, changes: [] }
    })
    await stopping
    expect(await answerOf(device, orderId)).toBe('paused')
  })
})

test('what stands in the row is what every page says', async () => {
  const { mspId } = await makeRun()
  const now = new Date('2026-11-22T14:02:00Z')
  const ctx = personContext(mspId, { now })
  const look = () => perform(ctx, 'changes:stop', async (tx) => ({ value: await findStop(tx), changes: [] }))
  expect(await look()).toBeNull()
  await stopChanges(ctx, because)
  expect(await look()).toEqual({ at: now, by: 'Nora', reason: 'a stolen session' })
})
