import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTenancy, type TestCompany } from '../auth/testing.ts'
import { createClient } from '../clients/create-client.ts'
import { actorId, type Context } from '../context.ts'
import { announceChanges } from './announce-changes.ts'
import { announce, endLiveStreams, endStreamsOf, openLiveStream } from './hub.ts'
import type { LiveChange } from './rules.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let own: TestCompany
let other: TestCompany
beforeAll(async () => {
  tenancy = await openTenancy()
  own = await tenancy.makeCompany('own')
  other = await tenancy.makeCompany('other')
})
afterAll(async () => {
  endLiveStreams()
  await tenancy.close()
})

/** Whether a page of this age is told, when its stream opens, to read everything anew. */
function isToldToReadAnew(ctx: Context, ageMs: number): boolean {
  const said: string[] = []
  const stream = openLiveStream(
    { tokenHash: randomUUID(), userId: actorId(ctx.actor) },
    { scope: ctx, recheck: async () => ctx, write: (text) => said.push(text), onEnd: () => {} },
    ageMs,
  )
  stream.end()
  return said.join('').includes('event: resync')
}

/** A browser of this person: the changes that reached it. */
function listen(ctx: Context, session = { tokenHash: randomUUID(), userId: actorId(ctx.actor) }) {
  const changes: LiveChange[] = []
  const stream = openLiveStream(session, {
    scope: ctx,
    recheck: async () => ctx,
    write(text) {
      const data = /event: change\ndata: (.*)/.exec(text)?.[1]
      if (data) changes.push(JSON.parse(data))
    },
    onEnd: () => {},
  })
  return { changes, stream }
}
const idsOf = (changes: LiveChange[]) => changes.flatMap((change) => change.ids)

test('a verb’s change reaches those who may see its client, through the database, and nobody else', async () => {
  const mine = await own.makeClient()
  const owner = await own.makeMember('owner')
  const technician = await own.makeMember('technician', [mine.clientId])
  const stranger = await other.makeMember('owner')
  // Listening begins some time after the first stream.
  const first = listen(owner.ctx)
  await vi.waitFor(async () => {
    await own.makeClient()
    await announceChanges()
    expect(first.changes.length).toBeGreaterThan(0)
  }, 20_000)
  // Streams that have said nothing yet tell the next change at once, so that silence is one.
  const browsers = { owner: listen(owner.ctx), technician: listen(technician.ctx), stranger: listen(stranger.ctx) }

  const hidden = await createClient(owner.ctx, {
    name: 'A hidden client',
    timeZone: 'Europe/Berlin',
    siteName: 'Office',
  })
  await announceChanges()
  await vi.waitFor(() => expect(idsOf(browsers.owner.changes)).toContain(hidden.clientId), 20_000)
  // One connection tells all streams in the same turn: who was to hear it has heard it by now.
  expect(idsOf(browsers.technician.changes)).toEqual([])
  expect(browsers.stranger.changes).toEqual([])

  await own.makeMember('read-only')
  await announceChanges()
  await vi.waitFor(() => {
    expect(browsers.technician.changes).toEqual([{ topic: 'member', ids: [] }])
  }, 20_000)
  expect(browsers.stranger.changes).toEqual([])
})

test('the feed is told once and is empty then', async () => {
  await own.makeClient()
  expect(await announceChanges()).not.toEqual([])
  expect(await announceChanges()).toEqual([])
})

test('after a break of the listening connection every browser reads anew', async () => {
  const said: string[] = []
  const { ctx } = await own.makeMember('owner')
  const stream = openLiveStream(
    { tokenHash: 'any', userId: 'anybody' },
    {
      scope: ctx,
      recheck: async () => ctx,
      write: (text) => said.push(text),
      onEnd: () => {},
    },
  )
  // A login may end connections of its own; whether it listens already is waited for.
  const self = postgres(tenancy.database.urls.app_web, { max: 1 })
  await vi.waitFor(async () => {
    const ended = await self`select pg_terminate_backend(pid) from pg_stat_activity
      where usename = current_user and datname = current_database() and query ilike 'listen%'`
    expect(ended).toHaveLength(1)
  }, 20_000)
  await self.end()
  await vi.waitFor(() => expect(said.join('')).toContain('event: resync'), 20_000)
  stream.end()
})

test('a page that was read before a change and opens its stream after it reads anew; others do not', async () => {
  const minutesMs = 60_000
  const company = await tenancy.makeCompany('changed')
  const quiet = await tenancy.makeCompany('quiet')
  const reader = await company.makeMember('owner')
  const otherReader = await quiet.makeMember('owner')
  // The connection has been there for long: it came before all that follows.
  vi.useFakeTimers({ now: Date.now() + 60 * minutesMs, toFake: ['Date'] })
  try {
    expect(isToldToReadAnew(reader.ctx, minutesMs)).toBe(false)
    announce({ mspId: company.mspId, clientId: null, topic: 'device', ids: ['d1'] })
    expect(isToldToReadAnew(reader.ctx, 1)).toBe(true)
    expect(isToldToReadAnew(otherReader.ctx, minutesMs)).toBe(false)
    vi.setSystemTime(Date.now() + 3 * minutesMs)
    expect(isToldToReadAnew(reader.ctx, minutesMs)).toBe(false)
    // Older than the connection itself: nobody knows.
    expect(isToldToReadAnew(otherReader.ctx, 120 * minutesMs)).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})

test('when a session ends, its streams end at once and those of others go on', async () => {
  const { ctx } = await own.makeMember('owner')
  const session = { tokenHash: randomUUID(), userId: actorId(ctx.actor) }
  const tabs = [listen(ctx, session), listen(ctx, session)]
  const elsewhere = listen(ctx)
  endStreamsOf(session)
  announce({ mspId: ctx.mspId, clientId: null, topic: 'device', ids: ['d1'] })
  expect(tabs.map((tab) => tab.changes)).toEqual([[], []])
  expect(idsOf(elsewhere.changes)).toEqual(['d1'])
})
