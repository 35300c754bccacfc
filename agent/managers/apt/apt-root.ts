import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runProgram } from '../../run-program.ts'

/** Where a device's packages live: the machine itself (`root` is '') or a private root with its own `etc/apt.conf`. */
export interface AptRoot {
  root: string
  env: NodeJS.ProcessEnv
  adminDir: string
  archivesDir: string
  architecture: string
  /** What apt passes to dpkg (`DPkg::Options`): also for every direct call of dpkg. */
  dpkgOptions: string[]
  /** Folder for apt's binary caches of simulations: some systems keep none, and each simulation would read all lists. */
  cacheDir: string | null
}

/** Asks apt for its own configuration. Throws when there is no apt. */
export async function openAptRoot(
  root: string,
  baseEnv: NodeJS.ProcessEnv,
  cacheDir: string | null = null,
): Promise<AptRoot> {
  if (cacheDir !== null) mkdirSync(cacheDir, { recursive: true, mode: 0o755 })
  const env: NodeJS.ProcessEnv = {
    ...baseEnv,
    DEBIAN_FRONTEND: 'noninteractive',
    APT_LISTCHANGES_FRONTEND: 'none',
    NEEDRESTART_SUSPEND: '1',
  }
  if (root !== '') {
    env.APT_CONFIG = join(root, 'etc/apt.conf')
    if (!existsSync(env.APT_CONFIG)) throw new Error(`${env.APT_CONFIG} is missing: ${root} is not a package root`)
  }
  const ask = [
    'shell',
    'STATUS',
    'Dir::State::status/f',
    'ARCHIVES',
    'Dir::Cache::archives/d',
    'ARCH',
    'APT::Architecture',
  ]
  const answer = await runProgram('apt-config', ask, { env })
  const fieldOf = (name: string) => new RegExp(`^${name}='(.*)'$`, 'm').exec(answer.stdout)?.[1]
  const statusFile = fieldOf('STATUS')
  const architecture = fieldOf('ARCH')
  if (answer.code !== 0 || !statusFile || !architecture) throw new Error(`apt-config: ${answer.stderr || 'no answer'}`)
  const dump = await runProgram('apt-config', ['dump', 'DPkg::Options'], { env })
  const dpkgOptions = [...dump.stdout.matchAll(/^DPkg::Options:: "(.*)";$/gim)].map(([, option]) => option ?? '')
  return {
    root,
    env,
    adminDir: dirname(statusFile),
    archivesDir: fieldOf('ARCHIVES') ?? '/var/cache/apt/archives/',
    architecture,
    dpkgOptions,
    cacheDir,
  }
}

/** Name as apt and dpkg need it to be exact: foreign architectures carry theirs. */
export function qualifiedName(apt: AptRoot, name: string, architecture: string): string {
  if (name.includes(':') || architecture === 'all' || architecture === apt.architecture) return name
  return `${name}:${architecture}`
}
