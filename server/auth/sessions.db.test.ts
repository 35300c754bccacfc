import { Auth } from '@auth/core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { isLostConnection } from '../database-error.ts'
import { hashToken } from '../secrets/secret-token.ts'
import { nextAuthConfig } from './next-auth-config.ts'
import { findSignedIn, signOut } from './session.ts'
import { endSession, findFullSession, findSession, idleMs, sessionMs, startSession, touchSession } from './sessions.ts'
import { closeAuth, connectAuth, sessionCookieName } from './store.ts'
import { openTenancy } from './testing.ts'

/** What stands between a request and our code: the cookie it carries, and what next-auth makes of it. */
const request = vi.hoisted(() => ({
  cookie: undefined as string | undefined,
  nextAuthSays: null as unknown,
  duringNextAuth: async () => {},
  hasCookieEnded: false,
}))
vi.mock('next/headers', () => ({
  cookies: async () => ({ get: () => (request.cookie ? { value: request.cookie } : undefined) }),
}))
vi.mock('next-auth', () => ({
  default: () => ({
    async auth() {
      await request.duringNextAuth()
      return request.nextAuthSays
    },
    async signOut() {
      request.hasCookieEnded = true
    },
  }),
}))

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let userId: string
let otherId: string
beforeAll(async () => {
  tenancy = await openTenancy()
  const company = await tenancy.makeCompany()
  userId = (await company.makeMember('owner')).userId
  otherId = (await company.makeMember('technician')).userId
})
afterAll(() => tenancy.close())

const full = (id: string) => ({ userId: id, stage: 'full', method: 'link' }) as const
const start = new Date('2026-09-18T08:00:00Z')
const at = (ms: number) => new Date(start.getTime() + ms)

describe('how long a session lasts', () => {
  test('half an hour without use', async () => {
    const hash = hashToken((await startSession(full(userId), start)).token)
    expect(await findSession(hash, at(idleMs - 1))).not.toBeNull()
    expect(await findSession(hash, at(idleMs))).toBeNull()
  })

  test('eight hours, however busy', async () => {
    const hash = hashToken((await startSession(full(userId), start)).token)
    for (let ms = 0; ms < sessionMs; ms += idleMs / 2) {
      const session = await findSession(hash, at(ms))
      if (!session) throw new Error(`the session was over after ${ms} ms`)
      await touchSession(session, at(ms))
    }
    expect(await findSession(hash, at(sessionMs - 1))).not.toBeNull()
    expect(await findSession(hash, at(sessionMs))).toBeNull()
  })

  test('looking at it is not using it', async () => {
    const hash = hashToken((await startSession(full(userId), start)).token)
    await findSession(hash, at(idleMs - 1))
    expect(await findSession(hash, at(idleMs + 1))).toBeNull()
  })

  test('what is asked again while a stream or a file goes on is a full one', async () => {
    for (const [stage, opens] of [
      ['full', true],
      ['second-factor', false],
      ['enrol', false],
    ] as const) {
      const { token } = await startSession({ userId, stage, method: 'password' }, start)
      expect((await findFullSession(hashToken(token), at(1_000))) !== null, stage).toBe(opens)
    }
  })

  test('until it is ended', async () => {
    const hash = hashToken((await startSession(full(userId), start)).token)
    await endSession(hash)
    expect(await findSession(hash, start)).toBeNull()
  })
})

describe('next-auth over our rows', () => {
  const ask = (path: string, token: string, init: RequestInit = {}) =>
    Auth(
      new Request(`http://127.0.0.1:3000/api/auth/${path}`, {
        ...init,
        headers: { ...init.headers, cookie: `${sessionCookieName()}=${token}` },
      }),
      { ...nextAuthConfig(), basePath: '/api/auth', logger: { error: () => {}, warn: () => {} } },
    )

  test('answers who it is and never the token', async () => {
    const { token, expiresAt } = await startSession(full(userId), new Date())
    const answer = await ask('session', token)
    expect(await answer.json()).toEqual({ expires: expiresAt.toISOString(), user: { id: userId, name: 'A owner' } })
  })

  test('knows no session of an unknown token', async () => {
    expect(await (await ask('session', 'made-up')).json()).toBeNull()
  })

  test('has no way to sign anybody in', async () => {
    const { owner } = tenancy.database
    const before = await owner`select count(*) as n from auth.sessions`
    for (const path of ['signin', 'signin/credentials', 'signin/email', 'callback/credentials', 'callback/email']) {
      for (const method of ['GET', 'POST']) {
        const answer = await ask(path, '', { method })
        expect(answer.headers.getSetCookie().filter((line) => /session-token=[^;]/.test(line))).toEqual([])
      }
    }
    expect(await owner`select count(*) as n from auth.sessions`).toEqual(before)
  })
})

describe('who sends a request', () => {
  beforeEach(async () => {
    request.cookie = (await startSession(full(userId), new Date())).token
    request.nextAuthSays = { user: { id: userId, name: 'A owner' } }
  })

  test('the person of a live session', async () => {
    expect(await findSignedIn()).toMatchObject({ userId, tokenHash: hashToken(request.cookie ?? '') })
  })

  test('nobody when next-auth answers an error object, which is truthy', async () => {
    request.nextAuthSays = { message: 'There was a problem with the server configuration.' }
    expect(await findSignedIn()).toBeNull()
  })

  test('nobody when next-auth names a person whose session this is not', async () => {
    request.nextAuthSays = { user: { id: otherId } }
    expect(await findSignedIn()).toBeNull()
  })

  test('nobody when the row is gone, whatever next-auth says', async () => {
    await endSession(hashToken(request.cookie ?? ''))
    expect(await findSignedIn()).toBeNull()
  })

  test.each(['second-factor', 'enrol'] as const)('nobody while their session is at stage %s', async (stage) => {
    request.cookie = (await startSession({ userId, stage, method: 'password' }, new Date())).token
    expect(await findSignedIn()).toBeNull()
  })

  test('nobody without a cookie', async () => {
    request.cookie = undefined
    expect(await findSignedIn()).toBeNull()
  })
})

describe('while the database is gone', () => {
  const settings = { secret: 'x'.repeat(32), publicUrl: 'http://127.0.0.1:3000' }
  // Nothing listens on this port; next-auth swallows the error and says that nobody is signed in.
  const lose = async () => {
    await closeAuth()
    connectAuth({ ...settings, databaseUrl: 'postgres://app_auth@127.0.0.1:1/gone' })
  }
  beforeEach(async () => {
    request.cookie = (await startSession(full(userId), new Date())).token
    request.nextAuthSays = null
    request.hasCookieEnded = false
  })
  afterEach(async () => {
    request.duringNextAuth = async () => {}
    await closeAuth()
    connectAuth({ ...settings, databaseUrl: tenancy.database.urls.app_auth })
  })
  const fault = (work: Promise<unknown>) =>
    work.then(
      (answer) => ({ answer }),
      (error: unknown) => (isLostConnection(error) ? 'lost connection' : error),
    )

  test('a request fails: its person is not taken for signed out', async () => {
    await lose()
    expect(await fault(findSignedIn())).toBe('lost connection')
  })

  test('nor when it goes while next-auth asks', async () => {
    request.duringNextAuth = lose
    expect(await fault(findSignedIn())).toBe('lost connection')
  })

  test('signing out fails and leaves the cookie: the session would live on', async () => {
    await lose()
    expect(await fault(signOut())).toBe('lost connection')
    expect(request.hasCookieEnded).toBe(false)
  })
})

test('signing out ends the row and the cookie, and says which session it was', async () => {
  request.cookie = (await startSession(full(userId), new Date())).token
  request.hasCookieEnded = false
  const hash = hashToken(request.cookie)
  expect(await signOut()).toBe(hash)
  expect(await findSession(hash, new Date())).toBeNull()
  expect(request.hasCookieEnded).toBe(true)
})
