import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AptRoot } from './apt-root.ts'
import { runApt } from './apt-root.ts'

/** A package as dpkg knows it; `status` is dpkg's three-letter abbreviation without trailing space (`ii`, `iF`, `iU`). */
export type PackageState = { name: string; version: string; status: string }

/** One line of dpkg.log. `at` has whole seconds. `package` is without its architecture. */
export type DpkgLogLine = { at: Date; action: string; package: string; from: string; to: string; text: string }

/** The package's state, or null when dpkg does not know it. */
export async function readPackage(root: AptRoot, name: string): Promise<PackageState | null> {
  return (await listPackageStates(root)).find((found) => found.name === name) ?? null
}

/** Version of a package that is installed and configured (`ii`), else null. */
export async function installedVersion(root: AptRoot, name: string): Promise<string | null> {
  const found = await readPackage(root, name)
  return found?.status === 'ii' ? found.version : null
}

/** Every package dpkg knows in the root. */
export async function listPackageStates(root: AptRoot): Promise<PackageState[]> {
  const format = '$' + '{Package}\t$' + '{Version}\t$' + '{db:Status-Abbrev}\n'
  const { code, stdout, stderr } = await runApt(root, 'dpkg-query', [
    `--admindir=${join(root.path, 'var/lib/dpkg')}`,
    '-W',
    `-f=${format}`,
  ])
  if (code !== 0 && stderr) throw new Error(`dpkg-query ended with ${code}: ${stderr}`)
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name = '', version = '', status = ''] = line.split('\t')
      return { name, version, status: status.trim() }
    })
}

/** The lines of the root's dpkg.log, oldest first; empty before dpkg first ran. */
export async function dpkgLog(root: AptRoot): Promise<DpkgLogLine[]> {
  const text = await readFile(join(root.path, 'var/log/dpkg.log'), 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => parseDpkgLogLine(line) ?? [])
}

/** Reads one line of dpkg.log (local time); null for anything that is not one. */
export function parseDpkgLogLine(line: string): DpkgLogLine | null {
  const match = line.match(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (\S+) (.*)$/)
  if (!match) return null
  const [, day, time, action = '', rest = ''] = match
  // `status installed name:arch version` has its subject second; all other actions name the package first.
  const words = rest.split(' ')
  const [subject = '', from = '', to = ''] = action === 'status' ? words.slice(1) : words
  return { at: new Date(`${day}T${time}`), action, package: subject.split(':')[0] ?? '', from, to, text: line }
}

/** What `dpkg --audit` says about the root: empty when all is well (its exit code says nothing). */
export async function dpkgAudit(root: AptRoot): Promise<string> {
  const { stdout } = await runApt(root, 'dpkg', [`--root=${root.path}`, '--audit'])
  return stdout
}
