import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { Advice } from './advice.mjs'
import { checkout } from './paths.mjs'
import { readRecord } from './run/process-identity.mjs'

/** The script that brings a database to today's tables. */
export const migrateEntry = 'tools/migrate/main.ts'

/** Fails with a sentence when a file of the product that a command needs is not in this checkout. */
export function requirePart(path, what) {
  if (!existsSync(join(checkout, path)))
    throw new Advice(`${path} is missing from this checkout, so ${what}; get it back from the repository.`)
}

/** True when GET http://127.0.0.1:<port><path> answers 200 within two seconds. */
export function answers(port, path) {
  return new Promise((done) => {
    const call = request({ host: '127.0.0.1', port, path, timeout: 2_000 }, (response) => {
      response.resume()
      done(response.statusCode === 200)
    })
    call.on('timeout', () => call.destroy())
    call.on('error', () => done(false))
    call.end()
  })
}

/** The lab writes its control file once all its devices run; an older lab's file names another pid. */
function isLabReady(paths) {
  try {
    const { pid } = JSON.parse(readFileSync(join(paths.lab, 'control.json'), 'utf8'))
    return pid === readRecord(paths.run, 'lab')?.pid
  } catch {
    return false
  }
}

/** The product's three processes, the mail sink and the lab as parts for the supervisor. */
export function productParts({ node, paths, ports, envs, version, isDev = false }) {
  const watch = isDev ? ['--watch', '--watch-preserve-output'] : []
  const part = (name, port, args, readyLimitMs) => ({
    name,
    command: node.path,
    args,
    env: { ...envs[name], NODE_ENV: isDev ? 'development' : 'production' },
    cwd: checkout,
    port,
    version,
    address: `http://127.0.0.1:${port}`,
    readyLimitMs,
    isReady: () => answers(port, '/readyz'),
  })
  const next = ['node_modules/next/dist/bin/next', isDev ? 'dev' : 'start', '-H', '127.0.0.1', '-p', String(ports.web)]
  return {
    worker: part('worker', ports.worker, ['workflows/worker.ts'], 60_000),
    door: part('door', ports.door, [...watch, 'server/device-api/main.ts'], 60_000),
    web: part('web', ports.web, next, 120_000),
    mail: part('mail', ports.mail, ['tools/mail-sink/main.ts'], 30_000),
    lab: {
      name: 'lab',
      command: node.path,
      args: ['tools/lab/main.ts'],
      env: envs.lab,
      cwd: checkout,
      version,
      address: ports.door ? `devices of http://127.0.0.1:${ports.door}` : undefined,
      readyLimitMs: 600_000,
      isReady: async () => isLabReady(paths),
    },
  }
}

/** The entry file of each process, checked before anything is started. */
export function requireProduct({ hasLab }) {
  requirePart(migrateEntry, 'the database cannot be made')
  requirePart('workflows/worker.ts', 'there is no worker to start')
  requirePart('server/device-api/main.ts', 'there is no device door to start')
  requirePart('app', 'there is no web process to start')
  requirePart('tools/seed/main.ts', 'there is nothing to seed')
  requirePart('tools/link/main.ts', 'nobody can sign in')
  requirePart('tools/mail-sink/main.ts', 'mail goes nowhere')
  if (hasLab) requirePart('tools/lab/main.ts', 'there is no device lab to start')
}
