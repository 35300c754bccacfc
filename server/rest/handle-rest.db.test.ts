import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { closePools } from '../../db/tenant.ts'
import { makeWorld, type World } from '../api/isolation.world.ts'
import { forgetKeyLimits } from '../auth/api-key-limits.ts'
import { jobContext } from '../auth/job-context.ts'
import { closeAuth } from '../auth/store.ts'
import { startTestDoor, type TestDoor } from '../device-api/testing.ts'
import { handleRest } from './handle-rest.ts'
import { askRest, makeKey } from './isolation.ask.ts'
import { routes } from './routes.ts'

let door: TestDoor
let world: World
let header: string
beforeAll(async () => {
  door = await startTestDoor()
  world = await makeWorld(door)
  header = (await makeKey(world.people.owner)).header
})
beforeEach(() => forgetKeyLimits())
afterAll(async () => {
  await closePools()
  await closeAuth()
  await door?.stop()
})

const parsed = async (route: string, input: Record<string, unknown> = {}) =>
  JSON.parse((await askRest(route, input, header)).text)

test('a list is walked to its end by its cursors, each thing once', async () => {
  const { clientId, siteId } = world.first
  for (let made = 0; made < 102; made++) await door.addDevice({ mspId: world.mspIds.own, clientId, siteId })
  // Three stood there before: three pages.
  const count = 105
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: { items: { id: string }[]; nextCursor: string | null } = await parsed(
      'GET /devices',
      cursor ? { cursor } : {},
    )
    seen.push(...page.items.map((item) => item.id))
    cursor = page.nextCursor
  } while (cursor)
  expect([seen.length, new Set(seen).size]).toEqual([count, count])
  const gone = await askRest('GET /devices', { cursor: '0193c1de-0000-7000-8000-000000000001' }, header)
  expect(gone.status).toBe(400)
  expect(gone.message).toContain('not there any more')
  for (const route of ['GET /patches', 'GET /rollouts', 'GET /audit'])
    expect(await askRest(route, { cursor: 'x' }, header)).toMatchObject({ status: 400 })
})

test('answers in JSON what it cannot take, with the reason', async () => {
  const said = async (method: string, path: string, more: RequestInit = {}) => {
    const request = new Request(`http://127.0.0.1/api/v1/${path}`, { method, ...more })
    const parts = new URL(request.url).pathname.split('/').slice(3)
    const reply = await handleRest(request, parts, async () => jobContext(world.mspIds.own, 'test'))
    expect(reply.headers.get('cache-control')).toBe('private, no-store')
    const { error } = await reply.json()
    return [reply.status, error?.code]
  }
  const json = { 'content-type': 'application/json' }
  const decisions = 'patches/0193c1de-0000-7000-8000-000000000001/decisions'
  expect(await said('GET', 'nothing')).toEqual([404, 'not-found'])
  expect(await said('GET', 'devices/')).toEqual([400, 'invalid'])
  expect(await said('GET', 'devices/not-an-id')).toEqual([400, 'invalid'])
  expect(await said('DELETE', 'devices')).toEqual([405, 'method-not-allowed'])
  expect(await said('POST', 'devices')).toEqual([405, 'method-not-allowed'])
  expect(await said('GET', 'devices?filter=silent&filter=all')).toEqual([400, 'invalid'])
  expect(await said('GET', 'devices?colour=red')).toEqual([400, 'invalid'])
  expect(await said('POST', decisions, { body: '{}' })).toEqual([415, 'unsupported'])
  expect(await said('POST', decisions, { headers: { ...json, 'content-encoding': 'gzip' }, body: '{}' })).toEqual([
    415,
    'unsupported',
  ])
  expect(await said('POST', decisions, { headers: json, body: '[1' })).toEqual([400, 'invalid'])
  expect(await said('POST', decisions, { headers: json, body: '[]' })).toEqual([400, 'invalid'])
  expect(await said('POST', decisions, { headers: json, body: `"${'x'.repeat(1024 * 1024)}"` })).toEqual([
    413,
    'too-large',
  ])
  const twice = { patchId: '0193c1de-0000-7000-8000-000000000002', kind: 'approve', clients: 'all' }
  expect(await said('POST', decisions, { headers: json, body: JSON.stringify(twice) })).toEqual([400, 'invalid'])
  const approve = { kind: 'approve', clients: 'all' }
  expect(await said('POST', decisions, { headers: json, body: JSON.stringify(approve) })).toEqual([404, 'not-found'])
})

test('says nothing of what went wrong inside', async () => {
  const request = new Request('http://127.0.0.1/api/v1/devices')
  const reply = await handleRest(request, ['devices'], async () => {
    throw new Error('select secret from somewhere')
  })
  expect(reply.status).toBe(500)
  expect(await reply.text()).toBe(
    '{"error":{"code":"internal","message":"Something went wrong on our side. It is in the log of the web process."}}',
  )
})

test('describes every route, to everybody', async () => {
  const request = new Request('http://127.0.0.1/api/v1/openapi.json')
  const reply = await handleRest(request, ['openapi.json'], async () => null)
  const document = await reply.json()
  expect(document.openapi).toBe('3.1.0')
  const described = Object.entries<Record<string, object>>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort())
  const decision = document.paths['/patches/{patchId}/decisions'].post
  expect(decision.parameters).toMatchObject([
    { name: 'patchId', in: 'path', required: true, schema: { format: 'uuid' } },
  ])
  const { schema } = decision.requestBody.content['application/json']
  expect(Object.keys(schema.properties)).toEqual(['kind', 'clients', 'deviceId', 'deferUntil', 'reason'])
  expect(schema.required).toEqual(['kind', 'clients'])
  const device = document.paths['/devices/{deviceId}'].get.responses['200'].content['application/json'].schema
  expect(device.properties.lastSeenAt).toMatchObject({ type: 'string', format: 'date-time' })
})
