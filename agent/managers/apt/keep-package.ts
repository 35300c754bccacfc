import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '../../run-program.ts'
import { type AptRoot, qualifiedName } from './apt-root.ts'
import { hashFile, type PackageStore, type StoredPackage, type StoreOrigin } from './package-store.ts'
import { overSteadyLists } from './steady-lists.ts'

export interface WantedPackage {
  name: string
  version: string
  architecture: string
  sha256: string | null
}

export type KeepAnswer =
  | { kept: StoredPackage; problem: null }
  /** `gone`: the archive does not have it; `different`: it has other bytes under this version; `unreachable`: try again. */
  | { kept: null; problem: 'gone' | 'different' | 'unreachable'; detail: string }

/**
 * Gets an exact version into the store: what is there already, the archive, apt's own cache, and where `mayRepack`
 * a file made from what is installed. Changes no package.
 */
export async function keepPackage(
  apt: AptRoot,
  store: PackageStore,
  wanted: WantedPackage,
  options: { scratchDir: string; mayRepack: boolean; at: string },
): Promise<KeepAnswer> {
  const there = store.find(wanted)
  if (there && (await store.isIntact(there))) return { kept: there, problem: null }
  mkdirSync(options.scratchDir, { recursive: true, mode: 0o755 })
  const scratch = mkdtempSync(join(options.scratchDir, 'keep-'))
  try {
    const fetched = await download(apt, wanted, scratch)
    if (fetched.file) return await takeIn(apt, store, wanted, fetched.file, 'archive', options.at)
    const cached = findInCache(apt, wanted)
    if (cached) {
      const answer = await takeIn(apt, store, wanted, cached, 'cache', options.at)
      if (answer.kept) return answer
    }
    if (options.mayRepack && apt.root === '' && wanted.sha256 === null) {
      const repacked = await repack(apt, wanted, scratch)
      if (repacked) return await takeIn(apt, store, wanted, repacked, 'repacked', options.at)
    }
    return { kept: null, problem: fetched.isGone ? 'gone' : 'unreachable', detail: fetched.detail }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function download(
  apt: AptRoot,
  wanted: WantedPackage,
  cwd: string,
): Promise<{ file: string | null; isGone: boolean; detail: string }> {
  const target = `${qualifiedName(apt, wanted.name, wanted.architecture)}=${wanted.version}`
  const { code, stdout, stderr } = await overSteadyLists(
    apt,
    () => runProgram('apt-get', ['-q', 'download', target], { env: apt.env, cwd }),
    (answer) => answer.code === 0,
  )
  const file = readdirSync(cwd).find((name) => name.endsWith('.deb'))
  if (code === 0 && file) return { file: join(cwd, file), isGone: false, detail: '' }
  const detail = (stderr || stdout).trim()
  // A file the index still names but the server has dropped (404) is as gone as a version without index entry.
  const isGone = /was not found|Unable to locate package|Can't find a source|404 +Not Found|File not found/i.test(
    detail,
  )
  return { file: null, isGone, detail }
}

function findInCache(apt: AptRoot, { name, version, architecture }: WantedPackage): string | null {
  const bare = name.split(':', 1)[0] ?? name
  const path = join(apt.archivesDir, `${bare}_${version.replaceAll(':', '%3a')}_${architecture}.deb`)
  return existsSync(path) ? path : null
}

async function repack(apt: AptRoot, { name }: WantedPackage, cwd: string): Promise<string | null> {
  try {
    const { code } = await runProgram('dpkg-repack', [name], { env: apt.env, cwd })
    const file = readdirSync(cwd).find((entry) => entry.endsWith('.deb'))
    return code === 0 && file ? join(cwd, file) : null
  } catch {
    return null
  }
}

/** Checks that a file is what was wanted, by hash and by its own control data, and puts it into the store. */
async function takeIn(
  apt: AptRoot,
  store: PackageStore,
  wanted: WantedPackage,
  file: string,
  origin: StoreOrigin,
  at: string,
): Promise<KeepAnswer> {
  const sha256 = await hashFile(file)
  if (wanted.sha256 !== null && sha256 !== wanted.sha256)
    return { kept: null, problem: 'different', detail: `${wanted.name} ${wanted.version} has SHA-256 ${sha256}` }
  const fields = await runProgram('dpkg-deb', ['-f', file, 'Package', 'Version', 'Architecture'], { env: apt.env })
  const fieldOf = (field: string) => new RegExp(`^${field}: (.*)$`, 'm').exec(fields.stdout)?.[1]
  const [name, version, architecture] = [fieldOf('Package'), fieldOf('Version'), fieldOf('Architecture')]
  if (name !== wanted.name.split(':', 1)[0] || version !== wanted.version || !architecture)
    return { kept: null, problem: 'different', detail: `the file says it is ${name} ${version}` }
  const kept = await store.add(file, { name: wanted.name, version, architecture, origin }, at)
  return { kept, problem: null }
}
