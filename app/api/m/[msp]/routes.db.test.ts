import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import superjson from 'superjson'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { procedures } from '@/server/api/isolation.ask'
import { endSessionsOf } from '@/server/auth/end-sessions'
import { idleMs, sessionMs } from '@/server/auth/sessions'
import { openTenancy, type TestCompany } from '@/server/auth/testing'
import { Browser } from '@/server/auth/testing/browser'
import { says } from '@/server/auth/testing/next-auth'
import { csvListNames } from '@/server/csv/schema'
import { endLiveStreams } from '@/server/live/hub'
import { suspendMember } from '@/server/members/suspend-member'
import { GET as exportClient } from './clients/[id]/export/route.ts'
import { GET as takeCsv } from './csv/[list]/route.ts'
import { GET as openEvents } from './events/route.ts'
import { GET as takeLogo } from './logo/[hash]/route.ts'
import { GET as takeReport } from './reports/[id]/pdf/route.ts'
import { GET as takeStatement } from './statements/[client]/[month]/route.ts'
import { GET as askProcedure, POST as callProcedure } from './trpc/[trpc]/route.ts'

vi.mock('next/headers', async () => (await import('@/server/auth/testing/next-headers')).nextHeaders)
vi.mock('next-auth', async () => (await import('@/server/auth/testing/next-auth')).nextAuth)

type Call = (msp: string) => Promise<Response>
/** Every route of an MSP, by its folder: what a browser asks of it. One without a line fails. */
const routes: Record<string, Record<string, Call>> = {
  'clients/[id]/export': {
    export: (msp) => exportClient(new Request('http://127.0.0.1/'), { params: Promise.resolve({ msp, id: clientId }) }),
  },
  'csv/[list]': Object.fromEntries(
    csvListNames.map((list) => [
      list,
      (msp) => takeCsv(new Request('http://127.0.0.1/'), { params: Promise.resolve({ msp, list }) }),
    ]),
  ),
  events: { events: (msp) => openEvents(new Request('http://127.0.0.1/'), { params: Promise.resolve({ msp }) }) },
  'logo/[hash]': {
    logo: (msp) =>
      takeLogo(new Request('http://127.0.0.1/'), { params: Promise.resolve({ msp, hash: 'ab'.repeat(32) }) }),
  },
  'reports/[id]/pdf': {
    'report pdf': (msp) =>
      takeReport(new Request('http://127.0.0.1/'), { params: Promise.resolve({ msp, id: crypto.randomUUID() }) }),
  },
  'statements/[client]/[month]': {
    statement: (msp) =>
      takeStatement(new Request('http://127.0.0.1/'), {
        params: Promise.resolve({ msp, client: crypto.randomUUID(), month: '2026-10' }),
      }),
  },
  'trpc/[trpc]': Object.fromEntries(
    procedures.map(({ path, isVerb }) => [
      path,
      (msp) => {
        const params = Promise.resolve({ msp, trpc: path })
        const body = JSON.stringify(superjson.serialize({}))
        const url = `http://127.0.0.1/api/m/${msp}/trpc/${path}`
        const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
        return isVerb
          ? callProcedure(new Request(url, { method: 'POST', body, headers }), { params })
          : askProcedure(new Request(`${url}?input=${encodeURIComponent(body)}`), { params })
      },
    ]),
  ),
}

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
let userId: string
let clientId: string
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany('asked')
  userId = (await company.makeMember('owner')).userId
  clientId = (await company.makeClient()).clientId
})
afterAll(() => {
  endLiveStreams()
  return tenancy.close()
})

test('every route of an MSP is asked', () => {
  const here = import.meta.dirname
  const found = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((path) => /route\.tsx?$/.test(path))
  expect(found.map((path) => join(path, '..')).sort()).toEqual(Object.keys(routes).sort())
})

/** What every route answers to who asks with this browser: the statuses that came. */
async function statusesFor(browser: Browser, person = userId, msp = company.slug): Promise<Record<string, number>> {
  says.userId = person
  const seen: Record<string, number> = {}
  for (const calls of Object.values(routes))
    for (const [name, call] of Object.entries(calls)) {
      const answer = await browser.run(() => call(msp))
      seen[name] = answer.status
      await answer.body?.cancel()
    }
  return seen
}

async function browserOf(person: string, stage: 'full' | 'second-factor' | 'enrol' = 'full', at = new Date()) {
  const browser = new Browser(at)
  await browser.hold({ userId: person, stage, method: 'password' })
  return browser
}

/** Everything answers so. */
const always = (seen: Record<string, number>, status: number) =>
  expect(Object.entries(seen).filter(([, each]) => each !== status)).toEqual([])

test('whose session is full gets in: what is refused below is refused for no other reason', async () => {
  const seen = await statusesFor(await browserOf(userId))
  expect(Object.entries(seen).filter(([, status]) => status === 401 || status >= 500)).toEqual([])
  expect(seen).toMatchObject({ events: 200, export: 200, devices: 200, 'session.get': 200 })
})

test.each(['nobody', 'revoked', 'expired', 'idle', 'second-factor', 'enrol'] as const)(
  '%s: asked to sign in',
  async (who) => {
    const browser = {
      nobody: async () => new Browser(new Date()),
      revoked: async () => {
        const made = await browserOf(userId)
        await endSessionsOf(userId)
        return made
      },
      expired: () => browserOf(userId, 'full', new Date(Date.now() - sessionMs)),
      idle: () => browserOf(userId, 'full', new Date(Date.now() - idleMs)),
      'second-factor': () => browserOf(userId, 'second-factor'),
      enrol: () => browserOf(userId, 'enrol'),
    }[who]
    always(await statusesFor(await browser()), 401)
  },
)

test('who belongs elsewhere, or is suspended, finds nothing, as where nothing ever was', async () => {
  const stranger = (await (await tenancy.makeCompany()).makeMember('owner')).userId
  always(await statusesFor(await browserOf(stranger), stranger), 404)
  always(await statusesFor(await browserOf(stranger), stranger, 'no-such-msp'), 404)
  const owner = await company.makeMember('owner')
  const gone = (await company.makeMember('admin')).userId
  const browser = await browserOf(gone)
  await suspendMember(owner.ctx, { userId: gone, reason: '' })
  always(await statusesFor(browser, gone), 404)
})
