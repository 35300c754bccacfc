import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { maxEnvelopeBytes, maxOrderSets, maxSetUpdates } from '../../agent/wire/order.ts'
import { workOrderSchema } from '../../agent/wire/schema.ts'
import type { ClientRef } from '../../db/factories.ts'
import { jobContext } from '../auth/job-context.ts'
import { exampleSetKey, type TestDevice } from '../device-api/test-device.ts'
import { openRing } from '../rollouts/open-ring.ts'
import { rollBackPatches } from '../rollouts/roll-back-patches.ts'
import { stageRollout } from '../rollouts/stage-rollout.ts'
import { startRollout } from '../rollouts/start-rollout.ts'
import { personContext, plainPolicy, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { dispatchOrders } from './dispatch-orders.ts'
import { signOrders } from './sign-orders.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const key = { keyid: 'k', privateKey: generateKeyPairSync('ed25519').privateKey }
const signer = async () => [key]
const padded = (number: number) => String(number).padStart(4, '0')
const single = (count: number) => Array.from({ length: count }, (_, number) => `pack-${padded(number)}=2.0`)
/** One set of so many packages with names of a hundred letters: about 600 bytes each. */
const setOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, number) => `${name}-${padded(number)}-${'x'.repeat(90)}=2.0`).join(' + ')

interface Staging {
  client: ClientRef
  device: TestDevice
  rolloutId: string
}
async function stage(refs: string[], policy = plainPolicy): Promise<Staging> {
  const { client, devices } = await world.makeFleet({ hosts: ['test-1'], refs, policy })
  const [device] = devices
  if (!device) throw new Error('no device')
  const { rolloutId } = await startRollout(personContext(client.mspId), { clientId: client.clientId, patchIds: [] })
  await stageRollout(jobContext(client.mspId, 'rollout'), { rolloutId })
  return { client, device, rolloutId }
}
const rowsOf = ({ client }: Staging, work: Parameters<RolloutWorld['door']['factories']['inMsp']>[1]) =>
  world.door.factories.inMsp(client.mspId, work) as Promise<Record<string, unknown>[]>

/** Signs what was made and answers the orders of a verb as an agent reads them: each must be one that it accepts. */
async function readOrders(staging: Staging, verb: string) {
  while ((await signOrders(new Date(), signer)) > 0);
  const rows = await rowsOf(
    staging,
    (tx) =>
      tx`select id, state, envelope from work_orders where verb = ${verb} and envelope is not null order by attempt`,
  )
  return rows.map(({ id, state, envelope }) => {
    expect(Buffer.byteLength(JSON.stringify(envelope))).toBeLessThanOrEqual(maxEnvelopeBytes)
    // As signOrders wrote it.
    const { payload } = envelope as { payload: string }
    const order = workOrderSchema.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8')))
    const sets = 'sets' in order ? order.sets.map((set) => set.key) : []
    return { id: String(id), state, sets, order }
  })
}
const keysOf = (refs: string[]) => refs.map(exampleSetKey).sort()
const setsOf = (orders: { sets: string[] }[]) => orders.flatMap((order) => order.sets).sort()
const states = (staging: Staging) =>
  rowsOf(staging, (tx) => tx`select state, count(*)::int as items from plan_items group by 1 order by 1`)
const tellAll = (staging: Staging, id: string, sets: string[], outcome: 'installed' | 'rolled-back') =>
  staging.device.report({
    orderId: id,
    state: outcome === 'installed' ? 'proved' : 'rolled-back',
    sets: sets.map((key) => ({ key, outcome, versions: [], exitCode: 0, output: '', reason: '', undoClass: 'kept' })),
  })

describe('stage orders', () => {
  test('of more sets than an order takes are several, each as the agent accepts it, each set in one of them', async () => {
    const refs = single(2 * maxOrderSets + 10)
    const orders = await readOrders(await stage(refs), 'stage')
    expect(orders.length).toBe(3)
    expect(setsOf(orders)).toEqual(keysOf(refs))
  })
  test('of more bytes than an envelope takes are several too', async () => {
    const refs = [setOf('a', 150), setOf('b', 60), setOf('c', 60), setOf('d', 60), setOf('e', 60), 'small=2.0']
    const orders = await readOrders(await stage(refs), 'stage')
    expect(orders.length).toBeGreaterThan(1)
    expect(setsOf(orders)).toEqual(keysOf(refs))
  })
  test('a set that no order can hold fails with its reason; the others go on', async () => {
    const tooMany = Array.from({ length: maxSetUpdates + 1 }, (_, number) => `m-${padded(number)}=2.0`).join(' + ')
    // Probes travel in each install order and leave less room for sets.
    const probes = Array.from({ length: 50 }, (_, number) => {
      return { kind: 'file' as const, name: `probe ${number}`, path: 'p'.repeat(300), contains: 'c'.repeat(500) }
    })
    const tooLong = setOf('long', maxSetUpdates).replaceAll('=2.0', `=2.0.${'9'.repeat(110)}`)
    const staging = await stage([tooMany, tooLong, 'small=2.0'], { ...plainPolicy, probes })
    expect(setsOf(await readOrders(staging, 'stage'))).toEqual(keysOf(['small=2.0']))
    const reasons = await rowsOf(
      staging,
      (tx) => tx`select distinct reason from plan_items where state = 'failed' order by 1`,
    )
    const said = 'The update set is larger than a device takes in one order: '
    expect(reasons.map(({ reason }) => String(reason).replace(said, ''))).toEqual([
      expect.stringMatching(/^\d{6} bytes, the limit is \d{6}\. Nothing was changed\.$/),
      '201 packages, the limit is 200. Nothing was changed.',
    ])
    const [device] = await rowsOf(staging, (tx) => tx`select failed_count from devices`)
    expect(device).toEqual({ failed_count: 2 * maxSetUpdates + 1 })
  })
})

test('installs and rollbacks follow one another, each as the agent accepts it, until all sets are in and out again', async () => {
  const refs = single(maxOrderSets + 30)
  const staging = await stage(refs)
  await rowsOf(staging, (tx) => tx`update plan_items set state = 'staged'`)
  await openRing(jobContext(staging.client.mspId, 'rollout'), { rolloutId: staging.rolloutId, position: 0 })
  const seen: string[] = []
  for (const rounds of [1, 2]) {
    await dispatchOrders(new Date())
    await dispatchOrders(new Date())
    const orders = await readOrders(staging, 'install')
    expect(orders.length).toBe(rounds)
    const newest = orders.at(-1)
    if (!newest) throw new Error('no order')
    seen.push(...newest.sets)
    await tellAll(staging, newest.id, newest.sets, 'installed')
  }
  expect(seen.sort()).toEqual(keysOf(refs))
  const patches = await rowsOf(staging, (tx) => tx`select patch_id from plan_items`)
  await rollBackPatches(personContext(staging.client.mspId), {
    rolloutId: staging.rolloutId,
    patchIds: patches.map((row) => String(row.patch_id)),
    reason: 'they are slow',
  })
  const installs = await readOrders(staging, 'install')
  for (const rounds of [1, 2]) {
    await dispatchOrders(new Date())
    const orders = await readOrders(staging, 'rollback')
    expect(orders.length).toBe(rounds)
    const newest = orders.at(-1)
    if (newest?.order.verb !== 'rollback') throw new Error('no rollback')
    // The newest install goes first, and its rollback names that order and no other.
    const undone = installs.at(-rounds)
    expect(newest.order.installOrderId).toBe(undone?.id)
    expect(newest.sets.toSorted()).toEqual(undone?.sets.toSorted())
    await tellAll(staging, newest.id, newest.sets, 'rolled-back')
  }
  expect(await states(staging)).toEqual([{ state: 'rolled-back', items: refs.length }])
})
