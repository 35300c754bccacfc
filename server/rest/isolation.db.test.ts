import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { doorPaths } from '../../agent/wire/door.ts'
import { msps } from '../../db/schema/tenancy.ts'
import { closePools, inTenant, type Tx } from '../../db/tenant.ts'
import { findLeaks, hiddenFrom } from '../api/isolation.ask.ts'
import { type Caller, type ClientIds, makeWorld, type World } from '../api/isolation.world.ts'
import { revokeApiKey } from '../api-keys/revoke-api-key.ts'
import { dayMs, programActions } from '../api-keys/rules.ts'
import { forgetKeyLimits } from '../auth/api-key-limits.ts'
import { contextOf } from '../auth/contexts.ts'
import { jobContext } from '../auth/job-context.ts'
import { ensurePerson } from '../auth/people.ts'
import { startSession } from '../auth/sessions.ts'
import { closeAuth, sessionCookieName } from '../auth/store.ts'
import { startTestDoor, type TestDoor } from '../device-api/testing.ts'
import { addMember } from '../members/add-member.ts'
import { type Role, stepUpActions } from '../permissions.ts'
import { askRest, makeKey } from './isolation.ask.ts'
import { cases, furtherCases } from './isolation.cases.ts'
import { routes } from './routes.ts'

let door: TestDoor
let world: World
let random: ClientIds
const headers: Partial<Record<keyof World['people'], string>> = {}
beforeAll(async () => {
  door = await startTestDoor()
  world = await makeWorld(door)
  random = { ...world.first }
  for (const key of Object.keys(random)) Object.assign(random, { [key]: randomUUID() })
  for (const who of ['owner', 'technician', 'otherClient', 'otherMsp'] as const)
    headers[who] = (await makeKey(world.people[who])).header
  // Readers make no keys; this one had more rights when they did.
  const reader = await makePerson('technician')
  headers.readOnly = (await makeKey(reader)).header
  await inOwn((tx) => tx.execute(sql`update members set role = 'read-only' where user_id = ${reader.userId}`))
})
beforeEach(() => forgetKeyLimits())
afterAll(async () => {
  await closePools()
  await closeAuth()
  await door?.stop()
})

const all = [...Object.entries(cases), ...Object.entries(furtherCases)].map(([name, each]) => {
  const path = name.split(' ').slice(0, 2).join(' ')
  return { name, path, each, isVerb: path.startsWith('POST') }
})
const ofThings = all.filter(({ each }) => !each.isList)
const inOwn = <T>(work: (tx: Tx) => Promise<T>) => inTenant(jobContext(world.mspIds.own, 'test'), work)

/** Somebody of the first MSP whom a test may change. */
async function makePerson(role: Role, clients: 'all' | string[] = 'all'): Promise<Caller> {
  const email = `${randomUUID()}@example.org`
  const { id: userId } = await ensurePerson({ name: 'Somebody', email }, new Date())
  await addMember(jobContext(world.mspIds.own, 'test'), { userId, name: 'Somebody', email, role, clients })
  return { userId, slug: world.people.owner.slug }
}

test('every route has a case, and every case a route', () => {
  const paths = routes.map(({ method, path }) => `${method} ${path}`).sort()
  expect(Object.keys(cases).sort()).toEqual(paths)
  expect(all.map(({ path }) => path).filter((path) => !paths.includes(path))).toEqual([])
})

test('a key can have the rights that routes need and no other, and none that wants a person', () => {
  expect([...programActions].sort()).toEqual([...new Set(routes.flatMap((route) => route.actions))].sort())
  expect(programActions.filter((action) => stepUpActions.has(action))).toEqual([])
})

describe('who has no key that works', () => {
  const refused = { status: 401, message: 'Send a key that works: Authorization: Bearer pw_…' }
  let bad: Record<string, string | null>
  let cookie: string
  beforeAll(async () => {
    const { people } = world
    const revoked = await makeKey(people.technician)
    const ctx = await contextOf({ userId: people.technician.userId }, people.technician.slug)
    await revokeApiKey(ctx, { keyId: revoked.id })
    const [suspended, removed] = [await makePerson('owner'), await makePerson('owner')]
    const keys = { suspended: await makeKey(suspended), removed: await makeKey(removed) }
    await inOwn(async (tx) => {
      await tx.execute(sql`update members set suspended_at = now() where user_id = ${suspended.userId}`)
      await tx.execute(sql`delete from members where user_id = ${removed.userId}`)
    })
    const session = await startSession({ userId: people.owner.userId, stage: 'full', method: 'passkey' }, new Date())
    cookie = `${sessionCookieName()}=${session.token}`
    bad = {
      nobody: null,
      'a wrong secret': `${headers.owner?.slice(0, -4)}AAAA`,
      'no key at all': 'Bearer pw_',
      'another scheme': headers.owner?.replace('Bearer', 'Basic') ?? '',
      'the token of a session': `Bearer ${session.token}`,
      'the id of a device': `Bearer ${world.first.deviceId}`,
      'a revoked key': revoked.header,
      'a key of somebody suspended': keys.suspended.header,
      'a key of somebody who was removed': keys.removed.header,
    }
  })

  test.each(all)('$name', async ({ path, each }) => {
    for (const [who, header] of Object.entries(bad)) {
      forgetKeyLimits()
      expect(await askRest(path, each.input(world.first), header), who).toMatchObject(refused)
    }
    expect(await askRest(path, each.input(world.first), null, { headers: { cookie } })).toMatchObject(refused)
    const tomorrow = new Date(Date.now() + dayMs)
    const expired = await askRest(path, each.input(world.first), headers.owner ?? '', { now: tomorrow })
    expect(expired, 'an expired key').toMatchObject(refused)
  })
})

describe('things of others', () => {
  test.each(ofThings)('$name: from another MSP, not found, in the words for what never was', async ({ path, each }) => {
    const reply = await askRest(path, each.input(world.first), headers.otherMsp ?? '')
    expect(reply.status).toBe(404)
    expect(reply.text).toBe((await askRest(path, each.input(random), headers.otherMsp ?? '')).text)
  })

  test.each(ofThings)('$name: of a client the person or the key does not see', async ({ path, each }) => {
    const narrow = await makeKey(world.people.owner, { clients: [world.second.clientId] })
    for (const header of [headers.otherClient ?? '', narrow.header]) {
      const reply = await askRest(path, each.input(world.first), header)
      expect(reply.status).toBe(404)
      expect(reply.text).toBe((await askRest(path, each.input(random), header)).text)
    }
    await revoke(narrow.id)
  })

  test.each(all.filter(({ each }) => each.isList))('$name: nothing of others stands in it', async ({ path, each }) => {
    const narrow = await makeKey(world.people.owner, { clients: [world.second.clientId] })
    for (const [header, hidden] of [
      [headers.otherMsp, hiddenFrom.otherMsp],
      [headers.otherClient, hiddenFrom.otherClient],
      [headers.technician, hiddenFrom.technician],
      [narrow.header, hiddenFrom.otherClient],
    ] as const) {
      const reply = await askRest(path, each.input(world.first), header ?? '')
      expect(reply.status, reply.text).toBe(each.isWhole && header !== headers.otherMsp ? 403 : 200)
      expect(findLeaks(world, hidden, withoutAsked(reply.text, each.input(world.first)))).toEqual([])
    }
    await revoke(narrow.id)
  })

  /** An id that the caller sent may stand in the answer: they had it. */
  const withoutAsked = (text: string, input: Record<string, unknown>) =>
    Object.values(input).reduce<string>((left, value) => left.replaceAll(String(value), ''), text)
})

describe('what each key gets', () => {
  test.each(all)('$name', async ({ path, each, isVerb }) => {
    for (const who of ['owner', 'technician', 'readOnly'] as const) {
      const ids = isVerb ? await world.renew(each.state) : world.first
      const reply = await askRest(path, each.input(ids), headers[who] ?? '')
      const isRefused = (isVerb && who === 'readOnly') || (each.isWhole && who === 'technician')
      expect(reply.status, `${who}: ${reply.text.slice(0, 300)}`).toBe(isRefused ? 403 : 200)
      expect(findLeaks(world, hiddenFrom[who], reply.text)).toEqual([])
    }
  })

  test.each(all)('$name: without the right it was not given', async ({ path, each }) => {
    const route = routes.find(({ method, path: pattern }) => `${method} ${pattern}` === path)
    const actions = programActions.filter((action) => !route?.actions.includes(action))
    const key = await makeKey(world.people.owner, { actions })
    expect(await askRest(path, each.input(world.first), key.header)).toMatchObject({ status: 403 })
    await revoke(key.id)
  })

  test.each(all)('$name: with a right that its person lost since', async ({ path, each }) => {
    const person = await makePerson('owner')
    const { header } = await makeKey(person)
    await inOwn((tx) => tx.execute(sql`update members set role = 'client-manager' where user_id = ${person.userId}`))
    expect(await askRest(path, each.input(world.first), header)).toMatchObject({ status: 403 })
  })

  test.each(ofThings)('$name: for a client that its person lost since', async ({ path, each }) => {
    const { clientId } = world.first
    const person = await makePerson('technician', [clientId, world.second.clientId])
    for (const clients of ['all' as const, [clientId]]) {
      const { header } = await makeKey(person, { clients })
      await inOwn((tx) =>
        tx.execute(sql`delete from member_clients where user_id = ${person.userId} and client_id = ${clientId}`),
      )
      expect(await askRest(path, each.input(world.first), header)).toMatchObject({ status: 404 })
      await inOwn((tx) =>
        tx.execute(sql`insert into member_clients (msp_id, client_id, user_id)
          values (${world.mspIds.own}, ${clientId}, ${person.userId})`),
      )
    }
  })
})

test('what wants a second person is for people, and nothing is proposed in a program’s name', async () => {
  const ids = await world.renew()
  await setLimit(1)
  const before = await inOwn((tx) => tx.execute(sql`select count(*) from proposals`))
  const input = { patchId: ids.patchId, kind: 'approve', clients: [ids.clientId] }
  const reply = await askRest('POST /patches/{patchId}/decisions', input, headers.owner ?? '')
  expect(reply).toMatchObject({ status: 403, message: 'A person does this, signed in: an API key cannot.' })
  expect(await inOwn((tx) => tx.execute(sql`select count(*) from proposals`))).toEqual(before)
  await setLimit(50)
})

test('a key opens no procedure of the console and no door of devices', async () => {
  const { handleRequest } = await import('../api/handle-request.ts')
  const { requestContext } = await import('../api/request-context.ts')
  const authorization = headers.owner ?? ''
  const request = new Request(`http://127.0.0.1/api/m/${world.people.owner.slug}/trpc/clients.list`, {
    headers: { authorization },
  })
  // As in the route: who is signed in is asked of the cookie alone, and there is none.
  const reply = await handleRequest(
    request,
    requestContext(world.people.owner.slug, async () => null),
  )
  expect(reply.status).toBe(401)
  for (const url of Object.values(doorPaths)) {
    const response = await door.server.inject({ method: 'POST', url, headers: { authorization }, payload: {} })
    expect(response.statusCode, `${url} ${response.body}`).toBeGreaterThanOrEqual(400)
    expect(response.statusCode).toBeLessThan(500)
  }
})

async function setLimit(secondPersonDevices: number): Promise<void> {
  await inOwn((tx) => tx.update(msps).set({ secondPersonDevices }))
}

async function revoke(keyId: string): Promise<void> {
  const { userId, slug } = world.people.owner
  await revokeApiKey(await contextOf({ userId }, slug), { keyId })
}
