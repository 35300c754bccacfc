import { existsSync } from 'node:fs'
import { appendFile, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PackageRef } from './packages.ts'
import { conffilePath } from './packages.ts'
import { replaceFile } from './replace-file.ts'
import type { ProgramResult } from './run-program.ts'
import { runProgram } from './run-program.ts'

/** A device's private apt root: own package state, own sources, real apt and dpkg. */
export type AptRoot = { path: string; aptConfigFile: string; env: NodeJS.ProcessEnv }

const folders = [
  'etc/apt/apt.conf.d',
  'etc/apt/preferences.d',
  'etc/apt/sources.list.d',
  'etc/apt/trusted.gpg.d',
  'etc/apt/keyrings',
  'var/lib/dpkg/info',
  'var/lib/dpkg/updates',
  'var/lib/dpkg/alternatives',
  'var/lib/dpkg/triggers',
  'var/lib/dpkg/parts',
  'var/lib/apt/lists/partial',
  'var/cache/apt/archives/partial',
  'var/log/apt',
  'run/lab-svc',
  'tmp',
]

/** The apt root at `path`, without touching it. */
export function aptRootAt(path: string): AptRoot {
  const aptConfigFile = join(path, 'etc/apt.conf')
  const env = {
    ...process.env,
    // dpkg refuses to run without ldconfig and start-stop-daemon, which a normal user's PATH often lacks.
    PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`,
    APT_CONFIG: aptConfigFile,
    LC_ALL: 'C.UTF-8',
    DEBIAN_FRONTEND: 'noninteractive',
  }
  return { path, aptConfigFile, env }
}

/**
 * Makes the apt root at `path`, or points an existing one at the archive again. Works as root and as a normal user.
 * Installs nothing.
 */
export async function prepareAptRoot(
  path: string,
  archive: { url: string; publicKeyFile: string; architecture: string },
): Promise<AptRoot> {
  const root = aptRootAt(path)
  for (const folder of folders) await mkdir(join(path, folder), { recursive: true })
  const statusFile = join(path, 'var/lib/dpkg/status')
  if (!existsSync(statusFile)) await writeFile(statusFile, '')
  await replaceFile(root.aptConfigFile, aptConfig(path, archive.architecture))
  const keyFile = join(path, 'etc/apt/keyrings/lab.asc')
  await copyFile(archive.publicKeyFile, keyFile)
  await replaceFile(join(path, 'etc/apt/sources.list.d/lab.sources'), aptSources(archive.url, keyFile))
  return root
}

/** Installs exact versions from the archive and edits the service's settings, as an administrator would have. */
export async function installFirstVersions(root: AptRoot, packages: PackageRef[]): Promise<void> {
  await expectSuccess(updateLists(root), 'apt-get update')
  const wanted = packages.map(({ name, version }) => `${name}=${version}`)
  await expectSuccess(runApt(root, 'apt-get', ['-y', '-q', 'install', ...wanted]), 'apt-get install')
  const conffile = join(root.path, conffilePath)
  if (existsSync(conffile)) await appendFile(conffile, '# edited by the administrator of this device\n')
}

/** Reads the archive's lists again. Ends non-zero when any of them is not acceptable. */
export function updateLists(root: AptRoot): Promise<ProgramResult> {
  return runApt(root, 'apt-get', ['-q', 'update', '--error-on=any'])
}

/** Runs apt or dpkg tools against the root. */
export function runApt(root: AptRoot, command: string, args: string[]): Promise<ProgramResult> {
  return runProgram(command, args, { env: root.env, cwd: '/' })
}

/** The options dpkg needs for this root when it is called without apt. */
export function dpkgOptions(path: string): string[] {
  const options = [`--root=${path}`, `--log=${join(path, 'var/log/dpkg.log')}`, '--force-script-chrootless']
  return process.getuid?.() === 0 ? options : [...options, '--force-not-root']
}

async function expectSuccess(running: Promise<ProgramResult>, what: string): Promise<void> {
  const { code, stdout, stderr } = await running
  if (code !== 0) throw new Error(`${what} ended with ${code}: ${stderr || stdout}`)
}

function aptConfig(path: string, architecture: string): string {
  const options = dpkgOptions(path).map((option) => `"${option}";`)
  return [
    `Dir "${path}";`,
    `Dir::State "${path}/var/lib/apt";`,
    `Dir::State::status "${path}/var/lib/dpkg/status";`,
    `Dir::Cache "${path}/var/cache/apt";`,
    `Dir::Etc "${path}/etc/apt";`,
    `Dir::Log "${path}/var/log/apt";`,
    `APT::Architecture "${architecture}";`,
    `APT::Architectures { "${architecture}"; };`,
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::http::Proxy "DIRECT";',
    'Acquire::Retries::Delay "false";',
    'Dpkg::Use-Pty "0";',
    `DPkg::Options { ${options.join(' ')} };`,
    '',
  ].join('\n')
}

function aptSources(url: string, keyFile: string): string {
  return `Types: deb\nURIs: ${url}\nSuites: lab lab-security\nComponents: main\nSigned-By: ${keyFile}\n`
}
