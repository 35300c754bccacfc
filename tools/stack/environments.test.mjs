import { describe, expect, test } from 'vitest'
import {
  baseEnv,
  directoryEnv,
  embeddedDatabaseUrls,
  externalDatabaseUrls,
  externalKeysEnv,
  externalMailEnv,
  externalTemporalEnv,
  logins,
  processEnvs,
  stripeEnv,
} from './environments.mjs'
import { stackPaths } from './paths.mjs'

const names = ['superuser', 'owner', 'web', 'auth', 'device', 'worker', 'across', 'authSecret', 'deviceSessionSecret']
const secrets = {
  ...Object.fromEntries(names.map((name) => [name, `secret-of-${name}`])),
  secretKeys: 'one:key-of-secrets',
}
const ports = { web: 3000, door: 3100, worker: 3200, mail: 8025, smtp: 1025, postgres: 5499, temporal: 7233 }
const node = { path: '/n/bin/node' }
const urls = embeddedDatabaseUrls(ports.postgres, secrets)
const envs = processEnvs({ node, paths: stackPaths(), ports, secrets, urls, temporalAddress: '127.0.0.1:7233' })
const own = (name) =>
  Object.keys(envs[name])
    .filter((key) => !(key in baseEnv(node)))
    .sort()
const passwordsIn = (env) =>
  names.filter(
    (name) => JSON.stringify(env).includes(`secret-of-${name}"`) || JSON.stringify(env).includes(`secret-of-${name}@`),
  )

describe('the environment of each process', () => {
  test('names exactly its own variables', () => {
    expect(own('web')).toEqual([
      'AUTH_DATABASE_URL',
      'AUTH_SECRET',
      'MAIL_SINK_URL',
      'MAIL_URL',
      'PUBLIC_DEVICE_URL',
      'PUBLIC_URL',
      'SECRET_KEYS',
      'WEB_DATABASE_URL',
    ])
    expect(own('door')).toEqual([
      'DEVICE_API_HOST',
      'DEVICE_API_PORT',
      'DEVICE_DATABASE_URL',
      'DEVICE_SESSION_SECRET',
      'PUBLIC_DEVICE_URL',
    ])
    expect(own('worker')).toEqual([
      'ACROSS_DATABASE_URL',
      'AUDIT_SIGNING_KEY_FILE',
      'MAIL_URL',
      'ORDER_SIGNING_KEY_FILE',
      'PUBLIC_URL',
      'TEMPORAL_ADDRESS',
      'TEMPORAL_NAMESPACE',
      'WORKER_DATABASE_URL',
      'WORKER_HEALTH_PORT',
    ])
    expect(own('lab')).toEqual(['DEVICE_URL', 'LAB_PLAN', 'LAB_STATE'])
    expect(own('mail')).toEqual(['SINK_FOLDER', 'SINK_PORT', 'SINK_SMTP_PORT'])
  })

  test("devices of a lab check in often, others at the product's own pace", () => {
    const ofLab = processEnvs({ node, paths: stackPaths(), ports, secrets, urls, temporalAddress: 'x', hasLab: true })
    expect([ofLab.door.DEVICE_CHECK_IN_MS, ofLab.worker.DEVICE_CHECK_IN_MS]).toEqual(['10000', '10000'])
    expect(envs.door.DEVICE_CHECK_IN_MS).toBeUndefined()
  })

  test('only the worker learns where the signing keys lie, and the rotation of those for orders', () => {
    const knowing = Object.entries(envs).filter(([, env]) => /(order|audit)-signing-key/.test(JSON.stringify(env)))
    expect(knowing.map(([name]) => name)).toEqual(['worker', 'keys'])
  })

  test('only the console, and the rotation, learn what secrets are sealed with', () => {
    const knowing = Object.entries(envs).filter(([, env]) => JSON.stringify(env).includes('key-of-secrets'))
    expect(knowing.map(([name]) => name)).toEqual(['web', 'secrets'])
  })

  test('holds no password but its own', () => {
    expect(passwordsIn(envs.web)).toEqual(['web', 'auth', 'authSecret'])
    expect(passwordsIn(envs.door)).toEqual(['device', 'deviceSessionSecret'])
    expect(passwordsIn(envs.worker)).toEqual(['worker', 'across'])
    expect(Object.values(envs).flatMap(passwordsIn)).not.toContain('superuser')
  })

  test('takes nothing else from the environment of who started it', () => {
    expect(baseEnv(node, { PATH: '/bin', HOME: '/h', GITHUB_TOKEN: 'x', NODE_OPTIONS: '--y' })).not.toHaveProperty(
      'GITHUB_TOKEN',
    )
    expect(baseEnv(node, { PATH: '/bin', NODE_OPTIONS: '--y' })).not.toHaveProperty('NODE_OPTIONS')
  })
})

describe('your own PostgreSQL', () => {
  test('is used when all six addresses are there', () => {
    const given = Object.fromEntries(
      ['DATABASE_URL', ...Object.keys(logins)].map((name) => [name, `postgres://${name}`]),
    )
    expect(externalDatabaseUrls({ ...given, OTHER: '1' })).toEqual(given)
  })

  test('is refused with the names that are missing, and not assumed without DATABASE_URL', () => {
    expect(() => externalDatabaseUrls({ DATABASE_URL: 'postgres://x' })).toThrow('WEB_DATABASE_URL, AUTH_DATABASE_URL')
    expect(externalDatabaseUrls({ WEB_DATABASE_URL: 'postgres://x' })).toBeUndefined()
  })
})

describe('your own mail server', () => {
  test('is told to web and worker, who send it, as it is given, and then there is no sink', () => {
    const given = { MAIL_URL: 'smtps://u:secret-of-mail@mail.example', MAIL_FROM: 'a@example.com' }
    expect(externalMailEnv({ ...given, MAIL_SINK_URL: 'http://127.0.0.1:1', OTHER: '1' })).toEqual(given)
    expect(externalMailEnv({ MAIL_FROM: 'a@example.com' })).toBeUndefined()
    const ofStack = processEnvs({
      node,
      paths: stackPaths(),
      ports,
      secrets,
      urls,
      temporalAddress: 'x',
      mailEnv: given,
    })
    expect(ofStack.web).toMatchObject(given)
    expect(ofStack.web.MAIL_SINK_URL).toBeUndefined()
    const knowing = Object.entries(ofStack).filter(([, env]) => JSON.stringify(env).includes('secret-of-mail'))
    expect(knowing.map(([name]) => name)).toEqual(['web', 'worker'])
  })
})

test('the directories of the environment are told to the web process and to nobody else', () => {
  const given = { ENTRA_CLIENT_ID: 'x', ENTRA_CLIENT_SECRET: 'secret-of-entra', GOOGLE_ISSUER: 'https://x' }
  const own = directoryEnv({ ...given, ENTRA_OTHER: '1', MY_GOOGLE_ISSUER: '1' })
  expect(own).toEqual(given)
  const ofStack = processEnvs({
    node,
    paths: stackPaths(),
    ports,
    secrets,
    urls,
    temporalAddress: 'x',
    directoryEnv: own,
  })
  expect(ofStack.web).toMatchObject(given)
  const knowing = Object.entries(ofStack).filter(([, env]) => JSON.stringify(env).includes('secret-of-entra'))
  expect(knowing.map(([name]) => name)).toEqual(['web'])
})

test('the keys of Stripe are told to console and worker, and to nobody else', () => {
  const given = { STRIPE_SECRET_KEY: 'secret-of-stripe', STRIPE_PRICE_ID: 'price_1' }
  const own = stripeEnv({ ...given, STRIPE_API_BASE: 'http://127.0.0.1:1', MY_STRIPE_PRICE_ID: '1' })
  expect(own).toEqual(given)
  const ofStack = processEnvs({ node, paths: stackPaths(), ports, secrets, urls, temporalAddress: 'x', stripeEnv: own })
  const knowing = Object.entries(ofStack).filter(([, env]) => JSON.stringify(env).includes('secret-of-stripe'))
  expect(knowing.map(([name]) => name)).toEqual(['web', 'worker'])
})

describe('your own Temporal', () => {
  const given = {
    TEMPORAL_ADDRESS: 'eu.example:7233',
    TEMPORAL_NAMESPACE: 'patching.acme',
    TEMPORAL_API_KEY: 'secret-of-temporal',
    TEMPORAL_TLS_SERVER_NAME: 'frontend',
  }

  test('is told to the worker as it is given, namespace and key included', () => {
    expect(externalTemporalEnv({ ...given, TEMPORAL_CLI: '/bin/temporal', OTHER: '1' })).toEqual(given)
    expect(externalTemporalEnv({ TEMPORAL_API_KEY: 'x' })).toBeUndefined()
    const stack = { node, paths: stackPaths(), ports, secrets, urls, temporalAddress: given.TEMPORAL_ADDRESS }
    const ofStack = processEnvs({ ...stack, temporalEnv: externalTemporalEnv(given) })
    expect(ofStack.worker).toMatchObject(given)
    const knowing = Object.entries(ofStack).filter(([, env]) => JSON.stringify(env).includes('secret-of-temporal'))
    expect(knowing.map(([name]) => name)).toEqual(['worker'])
  })
})

describe('whose signing keys are rotated', () => {
  const ACROSS_DATABASE_URL = 'postgres://across@db/p'
  const own = { DATABASE_URL: 'postgres://owner@db/p' }
  for (const name of Object.keys(logins)) own[name] = 'postgres://login@db/p'

  test('those of the stack here while nothing else is set', () => {
    expect(externalKeysEnv({ HOME: '/root' })).toBeUndefined()
  })

  test('a database of your own goes with the key file that you name', () => {
    const file = { ORDER_SIGNING_KEY_FILE: '/keys/order.pem' }
    expect(externalKeysEnv({ ...own, ...file })).toEqual({ ACROSS_DATABASE_URL: own.ACROSS_DATABASE_URL, ...file })
    expect(externalKeysEnv({ ACROSS_DATABASE_URL, ...file })).toEqual({ ACROSS_DATABASE_URL, ...file })
  })

  test.each([
    ['DATABASE_URL', own],
    ['ACROSS_DATABASE_URL', { ACROSS_DATABASE_URL }],
  ])('%s without a key file is refused: the keys here are of another database', (_, env) => {
    expect(() => externalKeysEnv(env)).toThrow('ORDER_SIGNING_KEY_FILE')
  })

  test('a key file without its database is refused too', () => {
    expect(() => externalKeysEnv({ ORDER_SIGNING_KEY_FILE: '/keys/order.pem' })).toThrow('ACROSS_DATABASE_URL')
    expect(() => externalKeysEnv({ DATABASE_URL: 'x', ORDER_SIGNING_KEY_FILE: 'y' })).toThrow('must be set too')
  })
})
