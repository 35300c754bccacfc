import { createHash } from 'node:crypto'
import { accessSync, constants, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Advice } from './advice.mjs'

/** The checkout this launcher belongs to. */
export const checkout = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** True when the launcher runs as root: PostgreSQL then needs a user and a place of its own. */
export const isRoot = process.getuid?.() === 0

/** Where downloaded parts are kept, shared by all checkouts of this user. */
export function cacheFolder(env = process.env) {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'patchward')
}

/** A short name for a checkout path, for places that several checkouts share. */
export function checkoutHash(path = checkout) {
  return createHash('sha256').update(path).digest('hex').slice(0, 12)
}

/** Below it lie PostgreSQL's binaries and data when the launcher runs as root (another user must enter it). */
export const rootFolder = join('/var/lib/patchward', checkoutHash())

/**
 * The folders of one stack: the demo's ('.patchward') or a throw-away one ('.patchward/tests/<id>').
 * `postgres` differs from the rest as root, because the database's user may not enter root's folders.
 */
export function stackPaths(id = 'main') {
  const isMain = id === 'main'
  const state = isMain ? join(checkout, '.patchward') : join(checkout, '.patchward', 'tests', id)
  const postgresHome = isRoot ? rootFolder : join(checkout, '.patchward')
  return {
    id,
    state,
    logs: join(state, 'logs'),
    run: join(state, 'run'),
    secrets: join(state, 'secrets.json'),
    ports: join(state, 'ports.json'),
    signingKey: join(state, 'order-signing-key.pem'),
    auditKey: join(state, 'audit-signing-key.pem'),
    auditPublicKey: join(state, 'audit-public-key.pem'),
    labPlan: join(state, 'lab.json'),
    lab: join(state, 'lab'),
    mail: join(state, 'mail'),
    postgresBinaries: postgresHome,
    postgres: isMain ? join(postgresHome, 'postgres') : join(postgresHome, 'tests', id),
  }
}

/** Makes the private folders of a stack (0700); throws Advice when they are another user's. */
export function makeFolders(paths) {
  try {
    for (const folder of [paths.state, paths.logs, paths.run]) mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(paths.run, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    if (error.code !== 'EACCES') throw error
    throw new Advice(`${paths.state} belongs to another user: run this as that user, or remove it as that user first.`)
  }
}
