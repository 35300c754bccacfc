import { beforeEach, expect, test, vi } from 'vitest'
import { POST } from './route.ts'

const world = vi.hoisted(() => ({ signOut: async (): Promise<string | null> => null, ended: [] as unknown[] }))
vi.mock('@/server/auth/session', () => ({ signOut: () => world.signOut() }))
vi.mock('@/server/live/hub', () => ({ endStreamsOf: (session: unknown) => world.ended.push(session) }))
vi.mock('pino', () => ({ pino: () => ({ error: () => {} }) }))
beforeEach(() => {
  world.ended = []
  world.signOut = async () => 'a hash'
})

const press = (origin = 'http://console.example') =>
  POST(new Request('http://console.example/', { method: 'POST', headers: { origin, host: 'console.example' } }))

test('signing out ends what the session still listens to', async () => {
  const answer = await press()
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in'])
  expect(world.ended).toEqual([{ tokenHash: 'a hash' }])
})

test('a foreign page ends nothing', async () => {
  world.signOut = () => Promise.reject(new Error('not to be called'))
  expect((await press('http://evil.example')).status).toBe(303)
  expect(world.ended).toEqual([])
})

test('without the database it says so', async () => {
  world.signOut = () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))
  expect((await press()).status).toBe(503)
})
