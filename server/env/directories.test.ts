import { afterEach, expect, test, vi } from 'vitest'
import { webEnv } from './web.ts'

afterEach(() => vi.unstubAllEnvs())

const needed = {
  WEB_DATABASE_URL: 'postgres://a@127.0.0.1/x',
  AUTH_DATABASE_URL: 'postgres://a@127.0.0.1/x',
  AUTH_SECRET: 'x'.repeat(32),
  PUBLIC_URL: 'https://console.example',
  PUBLIC_DEVICE_URL: 'https://door.example',
  SECRET_KEYS: `k:${Buffer.alloc(32, 1).toString('base64')}`,
}
const names = ['ENTRA', 'GOOGLE'].flatMap((name) =>
  ['CLIENT_ID', 'CLIENT_SECRET', 'ISSUER'].map((end) => `${name}_${end}`),
)
function read(env: Record<string, string>) {
  for (const name of names) vi.stubEnv(name, undefined)
  for (const [name, value] of Object.entries({ ...needed, ...env })) vi.stubEnv(name, value)
  return webEnv().directories
}
const entra = { ENTRA_CLIENT_ID: 'id', ENTRA_CLIENT_SECRET: 'secret' }

test('a directory is set up with both of its variables, or not at all', () => {
  expect(read({})).toEqual([])
  expect(read(entra)).toEqual([
    {
      provider: 'microsoft-entra-id',
      clientId: 'id',
      clientSecret: 'secret',
      issuer: 'https://login.microsoftonline.com/organizations/v2.0',
    },
  ])
  const google = read({ ...entra, GOOGLE_CLIENT_ID: 'g', GOOGLE_CLIENT_SECRET: 's' })
  expect(google.map(({ provider, issuer }) => [provider, issuer])[1]).toEqual(['google', 'https://accounts.google.com'])
  for (const half of ['ENTRA_CLIENT_ID', 'ENTRA_CLIENT_SECRET'])
    expect(() => read({ [half]: 'x' })).toThrow(
      'ENTRA_CLIENT_ID and ENTRA_CLIENT_SECRET are set together or not at all',
    )
  expect(() => read({ GOOGLE_CLIENT_ID: 'g' })).toThrow('GOOGLE_CLIENT_SECRET')
})

test('an issuer of your own is https, or on this machine itself', () => {
  for (const issuer of ['https://login.example/common/v2.0', 'http://127.0.0.1:4000/common/v2.0'])
    expect(read({ ...entra, ENTRA_ISSUER: issuer })[0]?.issuer).toBe(issuer)
  for (const issuer of ['http://login.example', 'http://127.0.0.1.evil.example', 'ftp://127.0.0.1', 'x'])
    expect(() => read({ ...entra, ENTRA_ISSUER: issuer })).toThrow('ENTRA_ISSUER (must be an https:// address)')
})
