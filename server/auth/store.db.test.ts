import { Auth } from '@auth/core'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { isTooSlow } from '../database-error.ts'
import { beginOwnSession } from './begin-own-session.ts'
import { nextAuthConfig } from './next-auth-config.ts'
import { findOwnSession } from './session.ts'
import { authDatabase, closeAuth, connectAuth } from './store.ts'
import { openTenancy } from './testing.ts'

/** The browser's cookies with what was said of them. */
const jar = vi.hoisted(() => new Map<string, { value: string; options: Record<string, unknown> }>())
vi.mock('next/headers', () => ({
  cookies: async () => ({
    get: (name: string) => jar.get(name),
    set: (name: string, value: string, options: Record<string, unknown>) => jar.set(name, { value, options }),
  }),
  headers: async () => new Headers(),
}))
vi.mock('next-auth', async () => (await import('./testing/next-auth.ts')).nextAuth)

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let userId: string
beforeAll(async () => {
  tenancy = await openTenancy()
  userId = (await (await tenancy.makeCompany()).makeMember('owner')).userId
})
afterAll(() => tenancy.close())
beforeEach(() => jar.clear())

/** As a console that people reach there. */
async function reachAt(publicUrl: string): Promise<void> {
  await closeAuth()
  connectAuth({ databaseUrl: tenancy.database.urls.app_auth, secret: 'x'.repeat(32), publicUrl })
}
const begin = () => beginOwnSession({ userId, stage: 'full', method: 'passkey' }, new Date())

describe('the cookie of a session', () => {
  test('over https it is of this host alone, and next-auth reads and ends the very same', async () => {
    await reachAt('https://console.example')
    await begin()
    const name = '__Host-authjs.session-token'
    expect([...jar.keys()]).toEqual([name])
    const { value, options } = jar.get(name) ?? { value: '' }
    // A browser drops a cookie of this prefix that has a domain, another path or no `Secure`.
    expect(options).toMatchObject({ path: '/', secure: true, httpOnly: true, sameSite: 'lax' })
    expect(options).not.toHaveProperty('domain')
    expect(await findOwnSession()).toMatchObject({ userId })
    const ask = (cookie: string) =>
      Auth(new Request('https://console.example/api/auth/session', { headers: { cookie } }), {
        ...nextAuthConfig(),
        basePath: '/api/auth',
      })
    const answer = await ask(`${name}=${value}`)
    expect(await answer.json()).toMatchObject({ user: { id: userId } })
    const sent = answer.headers.getSetCookie().filter((line) => line.startsWith(name))
    for (const line of sent) expect(line).toMatch(/; Path=\/;.*; Secure/)
    expect(sent.join()).not.toMatch(/Domain/i)
    // One that a neighbour in the domain could have set is nobody's.
    expect(await (await ask(`__Secure-authjs.session-token=${value}`)).json()).toBeNull()
  })

  test('over plain http on this machine it has its plain name', async () => {
    await reachAt('http://127.0.0.1:3000')
    await begin()
    expect([...jar.keys()]).toEqual(['authjs.session-token'])
    expect(jar.get('authjs.session-token')?.options).toMatchObject({ path: '/', secure: false })
  })
})

describe('a statement about the ways in', () => {
  test('may take 15 seconds', async () => {
    expect(await authDatabase().execute(sql`select current_setting('statement_timeout') as it`)).toEqual([
      { it: '15s' },
    ])
  })

  test('that takes longer is given up, and the connection is as good as before', async () => {
    const slow = authDatabase().transaction(async (tx) => {
      // The limit itself is shown above; nobody waits for it here.
      await tx.execute(sql`set local statement_timeout = '20ms'`)
      await tx.execute(sql`select pg_sleep(30)`)
    })
    expect(isTooSlow(await slow.catch((error) => error))).toBe(true)
    expect(await authDatabase().execute(sql`select 1 as one`)).toEqual([{ one: 1 }])
  })
})
