import postgres, { type Sql, type TransactionSql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exampleMissing } from '../server/device-api/test-device.ts'
import { startTestDoor, type TestDoor } from '../server/device-api/testing.ts'
import type { ClientRef } from './factories.ts'

let door: TestDoor
let web: Sql
let client: ClientRef
let names: Record<'msp' | 'client' | 'device' | 'patch' | 'rollout' | 'order' | 'withdrawn', string>
beforeAll(async () => {
  door = await startTestDoor()
  web = postgres(door.database.urls.app_web, { max: 1, onnotice: () => {} })
  client = await door.factories.makeClient(await door.factories.makeMsp())
  const device = await door.addDevice(client)
  await device.inventory({ missing: exampleMissing('lab-svc=2.0') })
  const patch = await door.factories.findPatch(client.mspId, 'lab-svc', '2.0')
  const rollout = await door.factories.makeRollout(client, [{ deviceIds: [device.deviceId], patchIds: [patch] }])
  const spec = { deviceId: device.deviceId, rolloutId: rollout, position: 0, patchIds: [patch] }
  const order = await door.factories.makeOrder(client, spec)
  const withdrawn = await door.factories.makeOrder(client, { ...spec, attempt: 2, state: 'void' })
  names = { msp: client.mspId, client: client.clientId, device: device.deviceId, patch, rollout, order, withdrawn }
})
afterAll(async () => {
  await web?.end()
  await door?.stop()
})

/** Runs a statement as the console's login, in its own tenant, and takes it back. Names in braces are ids of this test. */
async function tryAsWeb(statement: string): Promise<string> {
  const undo = new Error('allowed')
  const text = statement.replace(/\{(\w+)\}/g, (_, name) => `'${Reflect.get(names, name)}'`)
  const run = async (tx: TransactionSql) => {
    await tx`select set_config('app.msp_id', ${client.mspId}, true), set_config('app.all_clients', 't', true)`
    await tx.unsafe(text)
    throw undo
  }
  return web.begin(run).then(
    () => '',
    (error) => error.message,
  )
}
const refusal = /permission denied for table|violates row-level security policy|may only withdraw/

const order = (columns: string, values: string) =>
  `insert into work_orders (msp_id, client_id, device_id, attempt, not_before, not_after, created_at, ${columns})
    values ({msp}, {client}, {device}, 7, now(), now(), now(), ${values})`
const start = (table: string, columns: string, values: string) =>
  `insert into ${table} (msp_id, client_id, rollout_id, ${columns}) values ({msp}, {client}, {rollout}, ${values})`
const ring = (columns: string, values: string) =>
  start('rollout_rings', `position, name, device_count, not_before, ${columns}`, `9, 'R', 1, now(), ${values}`)
const gate = (columns: string, values: string) =>
  start(
    'ring_patches',
    `position, patch_id, due, proved_needed, failure_limit, ${columns}`,
    `1, {patch}, 1, 1, 1, ${values}`,
  )

describe('whoever takes over the console cannot', () => {
  test.each([
    ['order an install', order('verb, body', `'install', '{}'`)],
    ['order a rollback in a plan', order('verb, body, rollout_id', `'rollback', '{}', {rollout}`)],
    ['order a stage', order('verb, body', `'stage', '{}'`)],
    ['hide something in a scan', order('verb, body', `'scan', '{"sets": []}'`)],
    ['let a scan end other orders', order('verb, body, supersedes', `'scan', '{}', array[{order}::uuid]`)],
    ['bring a signature along', order('verb, body, state, envelope', `'scan', '{}', 'ready', '{}'`)],
    ['change what will be signed', `update work_orders set body = '{}'`],
    ['change what is an order', `update work_orders set verb = 'install'`],
    ['change what was signed', `update work_orders set envelope = '{}'`],
    ['give a permit', 'update work_orders set permitted_at = now()'],
    ['revive an order', `update work_orders set state = 'ready' where id = {withdrawn}`],
    ['have an order signed again', `update work_orders set state = 'unsigned' where id = {order}`],
    ['call an order done', `update work_orders set state = 'finished' where id = {order}`],
    ['count proofs', 'update ring_patches set proved = 9'],
    ['forget failures', 'update ring_patches set failed = 0'],
    ['raise the failure limit', 'update ring_patches set failure_limit = 99'],
    ['pass a gate', `update ring_patches set verdict = 'pass'`],
    ['plan another version', `update plan_items set to_version = '6.6.6'`],
    ['plan another package', `update plan_items set package_name = 'sshd', set_key = 'x'`],
    ['uncount a failure', 'update plan_items set is_failure_counted = false'],
    ['change a frozen policy', `update rollouts set policy = '{}'`],
    ['open a ring', `update rollout_rings set state = 'open'`],
    ['make a window', 'delete from ring_windows'],
    ['begin with an open ring', ring('state', `'open'`)],
    ['begin with a promoted ring', ring('state, is_promoted', `'waiting', true`)],
    ['begin with a passed gate', gate('verdict', `'pass'`)],
    ['begin with a confirmed gate', gate('verdict, is_confirmed', `'waiting', true`)],
    ['change a device’s key', `update devices set public_key = ''`],
    ['put somebody in a member’s place', 'update members set user_id = uuidv7()'],
    ['unsuspend by another name', `update members set email = 'other@example.com'`],
    ['confirm what was proposed otherwise', `update proposals set input = '{}', device_count = 1`],
    ['break the chain of the log', 'delete from audit_unsealed'],
    [
      'seal by itself',
      `insert into audit_seals (msp_id, position, record_id, hash, sealed_at) select msp_id, 1, id, '', now() from audit_records limit 1`,
    ],
    ['make a key for somebody else’s rights', `update api_keys set actions = '{patch:approve}'`],
  ])('%s', async (_, statement) => {
    expect(await tryAsWeb(statement)).toMatch(refusal)
  })
})

describe('and what its people do works', () => {
  test.each([
    ['ask for a scan', order('verb, body', `'scan', '{}'`)],
    ['withdraw an order', `update work_orders set state = 'void', finished_at = now() where id = {order}`],
    ['open a window', `update work_orders set window_open_until = now() where id = {order}`],
    ['begin with a waiting ring', ring('state', `'waiting'`)],
    ['stop a patch', 'update ring_patches set is_stopped = true, roll_back_at = now()'],
    ['pause', `update rollouts set is_stopped = true, stopped_at = now(), control_epoch = control_epoch + 1`],
    ['try again', `update plan_items set state = 'staged', reason = ''`],
  ])('%s', async (_, statement) => {
    expect(await tryAsWeb(statement)).toBe('allowed')
  })
})

test('claims are settled for one’s own rollouts only', async () => {
  const other = await door.factories.makeClient(await door.factories.makeMsp())
  const theirs = await door.factories.makeRollout(other, [])
  const settle = (mspId: string, rolloutId: string) =>
    tryAsWeb(`select door.settle_claims(now(), '${mspId}', '${rolloutId}', null)`)
  expect(await settle(names.msp, names.rollout)).toBe('allowed')
  expect(await settle(other.mspId, theirs)).toBe('no such rollout here')
  expect(await settle(names.msp, theirs)).toBe('no such rollout here')
})
