import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { checkout } from './stack.ts'

const readyLimitMs = 60_000

/** A free port of loopback, for a process that is told its port. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/**
 * A second web process on the database of the running stack, with an environment of its own beside it: for what is set once at the start.
 * Answers how to end it.
 */
export async function startOwnWeb(port: number, env: Record<string, string>): Promise<() => Promise<void>> {
  const address = `http://127.0.0.1:${port}`
  const next = join(checkout, 'node_modules/next/dist/bin/next')
  const secretKeys = `own:${randomBytes(32).toString('base64')}`
  const child = spawn(process.execPath, [next, 'start', '-H', '127.0.0.1', '-p', String(port)], {
    cwd: checkout,
    env: { ...process.env, NODE_ENV: 'production', PUBLIC_URL: address, SECRET_KEYS: secretKeys, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await waitUntilReady(child, `${address}/readyz`)
  return async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
  }
}

/** Throws when the process ends, or is not ready within a minute. */
export async function waitUntilReady(child: ChildProcess, address: string): Promise<void> {
  const giveUpAt = Date.now() + readyLimitMs
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode}`)
    const response = await fetch(address).catch(() => null)
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  child.kill('SIGKILL')
  throw new Error(`${address} was not ready within a minute`)
}
