import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { temporalConnection, temporalShape } from './temporal.ts'
import { workerEnv } from './worker.ts'

const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
const key = '-----BEGIN PRIVATE KEY-----\nBBBB\n-----END PRIVATE KEY-----\n'
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'temporal-env-'))
  writeFileSync(join(folder, 'client.pem'), certificate)
  writeFileSync(join(folder, 'client.key'), key)
  writeFileSync(join(folder, 'ca.pem'), certificate)
})
afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string) => join(folder, name)
const read = (env: Record<string, string>) =>
  temporalConnection(z.object(temporalShape).parse({ TEMPORAL_ADDRESS: 'temporal.example:7233', ...env }))

describe('what the SDK is given', () => {
  test('an address alone: plain', () => {
    expect(read({})).toEqual({ address: 'temporal.example:7233', tls: false })
    expect(read({ TEMPORAL_TLS: 'false', TEMPORAL_API_KEY: '' })).toEqual(read({}))
  })

  test('TEMPORAL_TLS=true: TLS against the roots of this system', () => {
    expect(read({ TEMPORAL_TLS: 'true' })).toEqual({ address: 'temporal.example:7233', tls: {} })
  })

  test('an API key, which brings TLS with it', () => {
    expect(read({ TEMPORAL_API_KEY: 'ey.abc' })).toEqual({
      address: 'temporal.example:7233',
      apiKey: 'ey.abc',
      tls: {},
    })
  })

  test('client certificate and key, own root and server name, from files', () => {
    const paths = {
      TEMPORAL_TLS_CLIENT_CERT_PATH: at('client.pem'),
      TEMPORAL_TLS_CLIENT_KEY_PATH: at('client.key'),
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: at('ca.pem'),
      TEMPORAL_TLS_SERVER_NAME: 'frontend',
    }
    expect(read(paths).tls).toEqual({
      serverNameOverride: 'frontend',
      serverRootCACertificate: Buffer.from(certificate),
      clientCertPair: { crt: Buffer.from(certificate), key: Buffer.from(key) },
    })
  })

  test('the same, held by the variables', () => {
    const { tls } = read({ TEMPORAL_TLS_CLIENT_CERT_DATA: certificate, TEMPORAL_TLS_CLIENT_KEY_DATA: key })
    expect(tls).toEqual({ clientCertPair: { crt: Buffer.from(certificate), key: Buffer.from(key) } })
  })
})

describe('what is refused, by the name of the variable', () => {
  test.each([
    ['TEMPORAL_TLS', 'false', { TEMPORAL_API_KEY: 'ey.abc', TEMPORAL_TLS: 'false' }],
    ['TEMPORAL_TLS_CLIENT_KEY_PATH', 'go together', { TEMPORAL_TLS_CLIENT_CERT_DATA: certificate }],
    ['TEMPORAL_TLS_CLIENT_CERT_PATH', 'go together', { TEMPORAL_TLS_CLIENT_KEY_DATA: key }],
    ['TEMPORAL_TLS_CLIENT_KEY_DATA', 'no PEM', { TEMPORAL_TLS_CLIENT_KEY_DATA: certificate }],
    ['TEMPORAL_TLS_SERVER_CA_CERT_PATH', 'ENOENT', { TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/no/such/file' }],
    [
      'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
      'one of them',
      { TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/x', TEMPORAL_TLS_SERVER_CA_CERT_DATA: certificate },
    ],
    ['TEMPORAL_TLS_DISABLE_HOST_VERIFICATION', 'not supported', { TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'true' }],
  ])('%s: %s', (variable, why, env) => {
    const message = new RegExp(`^worker cannot start: .*${variable} \\(.*${why}`)
    expect(() => read(env)).toThrow(message)
  })

  test('values that mean nothing', () => {
    const fails = (env: Record<string, string>) =>
      z
        .object(temporalShape)
        .safeParse({ TEMPORAL_ADDRESS: 'x', ...env })
        .error?.issues.map(({ path }) => path.join())
    expect(fails({ TEMPORAL_TLS: 'yes' })).toEqual(['TEMPORAL_TLS'])
    expect(fails({ TEMPORAL_API_KEY: 'two\nlines' })).toEqual(['TEMPORAL_API_KEY'])
    expect(fails({ TEMPORAL_ADDRESS: '' })).toEqual(['TEMPORAL_ADDRESS'])
  })
})

test('the worker reads them all', () => {
  const given = {
    WORKER_DATABASE_URL: 'postgres://w',
    ACROSS_DATABASE_URL: 'postgres://a',
    ORDER_SIGNING_KEY_FILE: '/key',
    AUDIT_SIGNING_KEY_FILE: '/audit-key',
    PUBLIC_URL: 'http://127.0.0.1:3000',
    TEMPORAL_ADDRESS: 'eu.example:7233',
    TEMPORAL_NAMESPACE: 'patching.acme',
    TEMPORAL_API_KEY: 'ey.abc',
    TEMPORAL_TLS_SERVER_CA_CERT_DATA: certificate,
  }
  for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value)
  const { temporal, temporalNamespace } = workerEnv()
  vi.unstubAllEnvs()
  expect({ temporal, temporalNamespace }).toEqual({
    temporalNamespace: 'patching.acme',
    temporal: {
      address: 'eu.example:7233',
      apiKey: 'ey.abc',
      tls: { serverRootCACertificate: Buffer.from(certificate) },
    },
  })
})
