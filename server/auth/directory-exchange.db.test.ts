import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Directories } from '../../e2e/_support/oidc-provider.ts'
import { setDirectories } from './directory-settings.ts'
import { findSignedIn } from './session.ts'
import { authSettings } from './store.ts'
import { jar } from './testing/directory-next.ts'
import {
  beginAnew,
  comeBack,
  entraAccount,
  entraSettings,
  go,
  here,
  makeLinked,
  openDirectoryWorld,
  origin,
  press,
  tenant,
  walk,
} from './testing/directory-world.ts'

vi.mock('next/headers', async () => (await import('./testing/directory-next.ts')).nextHeaders)
vi.mock('next-auth', async () => (await import('./testing/directory-next.ts')).nextAuth)

let world: Awaited<ReturnType<typeof openDirectoryWorld>>
let directories: Directories
beforeAll(async () => {
  world = await openDirectoryWorld()
  directories = world.directories
})
beforeEach(beginAnew)
afterAll(() => world?.close())

describe('an exchange that does not hold begins nothing', () => {
  const account = entraAccount()
  beforeAll(async () => {
    await beginAnew()
    await makeLinked(account)
  })

  test.each([
    ['another nonce', (claims: object) => ({ ...claims, nonce: 'another' })],
    ['no nonce', (claims: object) => ({ ...claims, nonce: undefined })],
    ['another audience', (claims: object) => ({ ...claims, aud: 'somebody-else' })],
    ['another issuer', (claims: object) => ({ ...claims, iss: `https://evil.example/${tenant}/v2.0` })],
    [
      'the issuer of another tenant',
      (claims: object) => ({ ...claims, iss: `${directories.url}/${randomUUID()}/v2.0` }),
    ],
    ['another tenant beside its own issuer', (claims: object) => ({ ...claims, tid: randomUUID() })],
    ['a tenant that is no id', (claims: object) => ({ ...claims, tid: '../google' })],
    ['no object id', (claims: object) => ({ ...claims, oid: undefined })],
    ['a token of yesterday', (claims: object) => ({ ...claims, exp: 1_700_000_000 })],
  ])('%s', async (_, tamper) => {
    directories.tamper = tamper
    expect(await go('sign-in', account)).toBe('/sign-in?directory=failed')
    expect(await here()).toBeNull()
    directories.tamper = null
    expect(await go('sign-in', account)).toBe('/')
  })

  test('another state, a code of another browser, a code a second time, and none at all', async () => {
    directories.account = account
    const { body } = await press('sign-in')
    const url = await walk(body.url)
    const kept = new Map(jar)
    const again = () => {
      jar.clear()
      for (const [name, value] of kept) jar.set(name, value)
    }
    const changed = new URL(url)
    changed.searchParams.set('state', 'another')
    expect(await comeBack(changed.toString())).toBe('/sign-in?directory=failed')
    // A browser that did not ask: it holds none of the cookies.
    jar.clear()
    expect(await comeBack(url)).toBe('/sign-in?directory=over')
    // Another browser that did ask, for itself.
    const { body: own } = await press('sign-in')
    expect(own.url).not.toBe(body.url)
    expect(await comeBack(url)).toBe('/sign-in?directory=failed')
    again()
    expect(await comeBack(url)).toBe('/')
    expect(await here()).not.toBeNull()
    again()
    expect(await comeBack(url)).toBe('/sign-in?directory=failed')
    again()
    expect(await comeBack(`${origin}/api/auth/callback/microsoft-entra-id`)).toBe('/sign-in?directory=failed')
    expect(await here()).toBeNull()
  })

  test('an answer of one directory brought to the other', async () => {
    directories.account = account
    const { body } = await press('sign-in')
    const url = (await walk(body.url)).replace('microsoft-entra-id', 'google')
    expect(await comeBack(url)).toBe('/sign-in?directory=failed')
    expect(await here()).toBeNull()
  })

  test('somebody who turns back there', async () => {
    directories.turnsBack = true
    expect(await go('sign-in', account)).toBe('/sign-in?directory=failed')
    expect(await here()).toBeNull()
  })

  test('an intent that was changed, or is too old', async () => {
    directories.account = account
    const { body } = await press('sign-in')
    const url = await walk(body.url)
    const sealed = jar.get('patchward.directory') ?? ''
    const forged = Buffer.from(
      JSON.stringify({ purpose: 'link', provider: 'microsoft-entra-id', tokenHash: 'x', startedAt: Date.now() }),
    )
    for (const wrong of [`${forged.toString('base64url')}.${sealed.split('.')[1]}`, `${sealed}x`, '', 'x.y.z']) {
      jar.set('patchward.directory', wrong)
      expect(await comeBack(url)).toBe('/sign-in?directory=over')
      expect(await here()).toBeNull()
    }
  })
})

describe('a broken set-up signs nobody in', () => {
  const account = entraAccount()
  test('a wrong secret, a client that is not known, a directory that is away, and none at all', async () => {
    await makeLinked(account)
    setDirectories([{ ...entraSettings(), clientSecret: 'wrong' }])
    expect(await go('sign-in', account)).toBe('/sign-in?directory=failed')
    setDirectories([{ ...entraSettings(), clientId: 'unknown' }])
    await expect(go('sign-in', account)).rejects.toThrow('the directory answered 400')
    for (const issuer of ['https://127.0.0.1:9/common/v2.0', `${directories.url}/nowhere`]) {
      setDirectories([{ ...entraSettings(), issuer }])
      expect(await go('sign-in', account)).toMatch(/^503 Microsoft does not answer just now/)
    }
    setDirectories([])
    expect(await go('sign-in', account)).toMatch(/^404/)
    expect(await comeBack(`${origin}/api/auth/callback/microsoft-entra-id?code=x&state=y`)).toBe('404')
    expect(await here()).toBeNull()
  })

  test('the directory goes away, or its set-up is taken out, while somebody is on their way', async () => {
    directories.account = account
    const { body } = await press('sign-in')
    const url = await walk(body.url)
    setDirectories([{ ...entraSettings(), issuer: 'https://127.0.0.1:9/common/v2.0' }])
    expect(await comeBack(url)).toBe('/sign-in?directory=failed')
    expect(await here()).toBeNull()
  })

  test('without the secret that protects the way back, nobody is sent and nobody comes in', async () => {
    directories.account = account
    const { body } = await press('sign-in')
    const url = await walk(body.url)
    const { secret } = authSettings()
    const kept = new Map(jar)
    for (const broken of ['', 'y'.repeat(32)]) {
      for (const [name, value] of kept) jar.set(name, value)
      authSettings().secret = broken
      try {
        expect(await comeBack(url)).toMatch(/^\/sign-in\?directory=(over|failed)$/)
        if (!broken) expect((await press('sign-in')).status).toBe(503)
        expect(await findSignedIn()).toBeNull()
      } finally {
        authSettings().secret = secret
      }
      expect(await here()).toBeNull()
    }
  })

  test('next-auth answers nothing else here', async () => {
    for (const path of [
      'session',
      'csrf',
      'providers',
      'signin',
      'signin/google',
      'callback',
      'callback/google/x',
      'error',
    ])
      expect(await comeBack(`${origin}/api/auth/${path}`), path).toBe('404')
  })
})
