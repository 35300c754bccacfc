import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { paths } from '../../server/paths.ts'
import { freePorts } from './free-ports.ts'
import { isOk, WorldProcess } from './process.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The built console as it ships, whose database is not there: nothing listens where it looks for it. */
let folder: string
let web: WorldProcess
let address: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchward-lost-database-'))
  const [port, nobody] = await freePorts(2)
  address = `http://127.0.0.1:${port}`
  web = new WorldProcess({
    command: process.execPath,
    args: [join(root, 'node_modules/next/dist/bin/next'), 'start', root, '-H', '127.0.0.1', '-p', String(port)],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '/',
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      WEB_DATABASE_URL: `postgres://patchward_web@127.0.0.1:${nobody}/patchward`,
      AUTH_DATABASE_URL: `postgres://patchward_auth@127.0.0.1:${nobody}/patchward`,
      AUTH_SECRET: randomBytes(32).toString('hex'),
      SECRET_KEYS: `test:${randomBytes(32).toString('base64')}`,
      PUBLIC_URL: address,
      PUBLIC_DEVICE_URL: 'http://127.0.0.1:1',
    },
    logFile: join(folder, 'web.log'),
    isReady: () => isOk(`${address}/healthz`),
  })
  await web.start()
}, 90_000)
afterAll(async () => {
  await web?.end('SIGTERM')
  await rm(folder, { recursive: true, force: true })
})

/** As the browser of somebody who has signed in before. */
async function open(path: string) {
  const answer = await fetch(`${address}${path}`, {
    headers: { cookie: 'authjs.session-token=of-a-session-that-nobody-can-look-up' },
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
  })
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.text() }
}

test.each([paths.signIn(), paths.overview('northfold'), paths.devices('northfold')])(
  '%s says 503 and when to come back, and nothing of what broke',
  async (path) => {
    const { body, ...answer } = await open(path)
    expect(answer).toEqual({ status: 503, retryAfter: '5' })
    expect(body).not.toMatch(/ECONNREFUSED|patchward_auth|select /)
  },
)

test('it lives on: what needs no database is answered, and it says that it is not ready', async () => {
  expect((await open('/healthz')).status).toBe(200)
  expect((await open('/readyz')).status).toBe(503)
})
