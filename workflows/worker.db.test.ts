import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../db/testing.ts'

let database: TestDatabase
let folder: string
let worker: ChildProcess | undefined
beforeEach(async () => {
  database = await cloneDatabase()
  folder = await mkdtemp(join(tmpdir(), 'patchward-worker-'))
})
afterEach(async () => {
  if (worker && worker.exitCode === null) {
    const ended = once(worker, 'exit')
    worker.kill('SIGKILL')
    await ended
  }
  await rm(folder, { recursive: true })
  await database.drop()
})

/** A port that nobody listens on now. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('no port')
  server.close()
  await once(server, 'close')
  return address.port
}

test.each(['order', 'audit'])(
  'a worker whose %s-signing key others may read is not ready and says so, until the key is put right',
  async (open) => {
    const fileOf = (use: string) => join(folder, `${use}.pem`)
    for (const use of ['order', 'audit']) {
      const { privateKey } = generateKeyPairSync('ed25519')
      await writeFile(fileOf(use), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    }
    await chmod(fileOf(open), 0o644)
    const port = await findFreePort()
    worker = spawn(process.execPath, ['workflows/worker.ts'], {
      stdio: 'ignore',
      env: {
        NODE_ENV: 'production',
        PATH: process.env.PATH,
        WORKER_DATABASE_URL: database.urls.app_worker,
        ACROSS_DATABASE_URL: database.urls.app_across,
        TEMPORAL_ADDRESS: `127.0.0.1:${await findFreePort()}`,
        TEMPORAL_NAMESPACE: 'patchward',
        ORDER_SIGNING_KEY_FILE: fileOf('order'),
        AUDIT_SIGNING_KEY_FILE: fileOf('audit'),
        WORKER_HEALTH_PORT: String(port),
        PUBLIC_URL: 'http://127.0.0.1:3000',
      },
    })
    const ask = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`)
      return { status: answer.status, text: await answer.text() }
    }
    await vi.waitFor(async () => expect(await ask('/healthz')).toEqual({ status: 200, text: 'ok\n' }), 30_000)
    const text = `not ready: the ${open}-signing key is not loaded; the log of the worker says why\n`
    await vi.waitFor(async () => expect(await ask('/readyz')).toEqual({ status: 503, text }), 10_000)
    await chmod(fileOf(open), 0o600)
    await vi.waitFor(async () => expect(await ask('/readyz')).toEqual({ status: 200, text: 'ok\n' }), 20_000)
  },
)
