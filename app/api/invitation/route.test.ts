import { beforeEach, expect, test, vi } from 'vitest'
import { POST } from './route.ts'

const world = vi.hoisted(() => ({ taken: [] as string[], begun: [] as unknown[] }))
vi.mock('@/server/auth/invitation-guest', () => ({
  takeInvitation: async (token: string) => {
    world.taken.push(token)
    if (token === 'a lapsed one') return { kind: 'refused', why: 'lapsed' }
    return { kind: 'accepted', userId: 'a person', slug: 'northfold', next: 'enrol' }
  },
}))
vi.mock('@/server/auth/begin-own-session', () => ({
  beginOwnSession: async (start: unknown) => void world.begun.push(start),
}))
vi.mock('@/server/auth/session', () => ({ findSignedIn: async () => null }))
beforeEach(() => {
  world.taken = []
  world.begun = []
})

const press = async (headers: Record<string, string>, token = 'a token') => {
  const request = new Request('http://console.example/', {
    method: 'POST',
    headers: { host: 'console.example', ...headers },
    body: new URLSearchParams({ token }),
  })
  return (await POST(request)).headers.get('location')
}

test('who presses the button of the mail adds a first factor next', async () => {
  expect(await press({ origin: 'http://console.example' })).toBe('/sign-in/enrol')
  expect(world.taken).toEqual(['a token'])
  expect(world.begun).toEqual([{ userId: 'a person', stage: 'enrol', method: 'invitation' }])
})

test('who may not come in by it is led to the page that says why', async () => {
  expect(await press({ origin: 'http://console.example' }, 'a lapsed one')).toBe('/invitation?refused=lapsed')
  expect(world.begun).toEqual([])
})

test.each([
  ['of another site', { origin: 'http://evil.example' }],
  ['of a sister site', { origin: 'http://other.console.example' }],
  ['that hides where it is', { origin: 'null' }],
  ['that is none', {}],
])('a page %s uses nothing up and begins nothing', async (_says, headers: Record<string, string>) => {
  expect(await press(headers)).not.toBe('/sign-in/enrol')
  expect(world).toEqual({ taken: [], begun: [] })
})
