import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { jobContext } from '../auth/job-context.ts'
import { scanDevice } from '../devices/scan-device.ts'
import { rollBackPatches } from '../rollouts/roll-back-patches.ts'
import { stageRollout } from '../rollouts/stage-rollout.ts'
import { startRollout } from '../rollouts/start-rollout.ts'
import { personContext, type RolloutRun, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { dispatchOrders } from './dispatch-orders.ts'
import { type OrderSigner, signOrders } from './sign-orders.ts'

const key = { keyid: 'a-key', privateKey: generateKeyPairSync('ed25519').privateKey }
const signer: OrderSigner = async () => [key]
let world: RolloutWorld
let run: RolloutRun
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())
beforeEach(async () => {
  run = await world.startPlan({ hosts: ['test-1'], refs: ['lab-svc=2.0', 'lab-lib=2.0'] })
})

const inMsp = <T>(work: Parameters<typeof world.door.factories.inMsp<T>>[1], mspId = run.client.mspId) =>
  world.door.factories.inMsp(mspId, work)
const states = async (verb: string) =>
  (await inMsp((tx) => tx`select state from work_orders where verb = ${verb} order by attempt`)).map((row) => row.state)
const items = () => inMsp((tx) => tx`select package_name, state, reason from plan_items order by package_name`)
const sign = () => signOrders(new Date(), signer)

/** What the newest signed order of a verb says, `name=version` of each package of each set. */
async function signedPackages(verb: string): Promise<string[]> {
  const [row] = await inMsp(
    (tx) => tx`select envelope from work_orders where verb = ${verb} and state = 'ready' order by attempt desc limit 1`,
  )
  const order: { sets: { updates: { name: string; version: string }[] }[] } = JSON.parse(
    Buffer.from(row?.envelope.payload, 'base64').toString(),
  )
  return order.sets.flatMap((set) => set.updates.map((one) => `${one.name}=${one.version}`)).sort()
}

describe('what follows from the plan is signed', () => {
  test('an install order, with every package of the plan', async () => {
    await sign()
    expect(await signedPackages('install')).toEqual(['lab-lib=2.0', 'lab-svc=2.0'])
  })

  test('a stage order and a scan that a person asks for', async () => {
    const { client, devices } = await world.makeFleet({ hosts: ['test-1'], refs: ['lab-svc=2.0 + lab-lib=2.0'] })
    const { rolloutId } = await startRollout(personContext(client.mspId), { clientId: client.clientId, patchIds: [] })
    await stageRollout(jobContext(client.mspId, 'rollout'), { rolloutId })
    await scanDevice(personContext(client.mspId), { deviceId: devices[0]?.deviceId ?? '' })
    await sign()
    const rows = await inMsp((tx) => tx`select verb, state from work_orders order by verb`, client.mspId)
    expect(rows).toEqual([
      { verb: 'scan', state: 'ready' },
      { verb: 'stage', state: 'ready' },
    ])
  })

  test('by every key that the worker holds', async () => {
    const other = { keyid: 'another', privateKey: generateKeyPairSync('ed25519').privateKey }
    await signOrders(new Date(), async () => [key, other])
    const [row] = await inMsp((tx) => tx`select envelope from work_orders where verb = 'install' and state = 'ready'`)
    expect(row?.envelope.signatures.map(({ keyid }: { keyid: string }) => keyid)).toEqual(['a-key', 'another'])
  })

  test('with keys that are read once for all of them, and before anybody has to wait for it', async () => {
    const turns: number[] = []
    const counting: OrderSigner = async () => {
      const held = await world.door.factories.across`select 1 from pg_locks
        where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`
      turns.push(held.length)
      return [key]
    }
    await signOrders(new Date(), counting)
    expect(turns).toEqual([0])
    expect(await signOrders(new Date(), counting)).toBe(0)
    expect(turns, 'with nothing to sign they are not read').toEqual([0])
  })

  test('a rollback of what went in', async () => {
    await sign()
    await run.tell('test-1', 'install', 'installed', { refs: ['lab-svc=2.0', 'lab-lib=2.0'] })
    const patchIds = [await run.patchId('lab-svc', '2.0')]
    await rollBackPatches(personContext(run.client.mspId), { rolloutId: run.rolloutId, patchIds, reason: 'It is slow' })
    await dispatchOrders(new Date())
    await sign()
    expect(await states('rollback')).toEqual(['ready'])
  })
})

describe('what does not is ended with the reason', () => {
  /** As somebody would who can write the row, but not the plan. */
  const forge = (body: string) =>
    inMsp((tx) => tx`update work_orders set body = ${tx.unsafe(body)} where verb = 'install' and state = 'unsigned'`)

  test.each([
    [
      'another version',
      `replace(body::text, '2.0', '6.6.6')::jsonb`,
      'lab-lib 6.6.6 is not in the plan of this device',
    ],
    ['another file', `jsonb_set(body, '{sets,0,updates,0,sha256}', to_jsonb(repeat('0', 64)))`, 'is not in the plan'],
    ['a field that no agent knows', `body || '{"run": "id"}'`, 'not as agreed'],
    ['no set at all', `body - 'sets'`, 'not as agreed: sets'],
  ])('%s', async (_, body, why) => {
    await forge(body)
    await sign()
    expect(await states('install')).toEqual(['void'])
    const [event] = await inMsp((tx) => tx`select summary from device_events where kind = 'order-ended'`)
    expect(event?.summary).toMatch(/^The order was not signed: /)
    expect(event?.summary).toContain(why)
    expect(await items()).toMatchObject([
      { package_name: 'lab-lib', state: 'failed', reason: event?.summary },
      { package_name: 'lab-svc', state: 'failed', reason: event?.summary },
    ])
    const [device] = await inMsp((tx) => tx`select failed_count from devices`)
    expect(device).toEqual({ failed_count: 2 })
  })

  test('a plan that names what no device ever reported', async () => {
    await inMsp((tx) => tx`update plan_items set to_version = '6.6.6' where package_name = 'lab-svc'`)
    await forge(`replace(body::text, '2.0', '6.6.6')::jsonb`)
    await sign()
    expect(await states('install')).toEqual(['void'])
  })

  test('an install order in a ring that is not open', async () => {
    await inMsp((tx) => tx`update rollout_rings set opened_at = null, state = 'waiting' where position = 0`)
    await sign()
    expect(await states('install')).toEqual(['void'])
  })

  test('and does not hold up the good ones beside it', async () => {
    const bad = await world.startPlan({ hosts: ['test-2'] })
    await inMsp((tx) => tx`update work_orders set body = '{}' where verb = 'install'`, bad.client.mspId)
    await sign()
    expect(await states('install')).toEqual(['ready'])
    const [row] = await inMsp((tx) => tx`select state from work_orders where verb = 'install'`, bad.client.mspId)
    expect(row).toEqual({ state: 'void' })
    expect(await sign()).toBe(0)
  })
})
