import { existsSync, readdirSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { compareVersions } from '../managers/apt/compare-versions.ts'
import { readTextIfThere } from '../state/durable-file.ts'

/** Why this device waits for a reboot, one reason a line; empty when it does not. */
export function findReboot(root: string): string[] {
  const reasons: string[] = []
  const marks = ['run/reboot-required', 'var/run/reboot-required'].map((path) => join(root || '/', path))
  if (marks.some((path) => existsSync(path))) {
    const names = readTextIfThere(`${marks[0]}.pkgs`)?.split('\n').filter(Boolean) ?? []
    const unique = [...new Set(names)].slice(0, 20)
    reasons.push(unique.length > 0 ? `asked for by ${unique.join(', ')}`.slice(0, 200) : 'asked for by a package')
  }
  const newer = root === '' ? findNewerKernel() : null
  if (newer) reasons.push(`kernel ${newer} is installed, ${release()} is running`)
  return reasons
}

/** A kernel of the running flavour that is newer than the running one; only where the running one is installed here. */
function findNewerKernel(): string | null {
  const running = release()
  const flavour = running.slice(running.lastIndexOf('-'))
  let names: string[] = []
  try {
    names = readdirSync('/boot').filter((name) => name.startsWith('vmlinuz-'))
  } catch {
    return null
  }
  const kernels = names.map((name) => name.slice('vmlinuz-'.length)).filter((name) => name.endsWith(flavour))
  if (!kernels.includes(running)) return null
  const newest = kernels.reduce((best, kernel) => (compareVersions(kernel, best) > 0 ? kernel : best), running)
  return newest === running ? null : newest
}
