import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '../../run-program.ts'
import { troubleBeginnings } from '../../wire/trouble.ts'
import type { AptRoot } from './apt-root.ts'

/** Text of `dpkg --audit`: empty when all is well. Its exit code says nothing. */
export async function auditPackages(apt: AptRoot): Promise<string> {
  const { stdout, stderr } = await runProgram('dpkg', [...apt.dpkgOptions, '--audit'], { env: apt.env })
  return (stdout || stderr).trim()
}

/** True when dpkg was stopped while writing: digits-only files are its unfinished journal. */
export function isInterrupted(apt: AptRoot): boolean {
  try {
    return readdirSync(join(apt.adminDir, 'updates')).some((name) => /^\d+$/.test(name))
  } catch {
    return false
  }
}

/** What is wrong with the package system, in words; empty when nothing is. A simulation would not notice. */
export async function findTrouble(apt: AptRoot): Promise<string> {
  const audit = await auditPackages(apt)
  const interrupted = `${troubleBeginnings.interrupted} and waits for "dpkg --configure -a".`
  return [isInterrupted(apt) ? interrupted : '', audit].filter((text) => text !== '').join('\n')
}
