import { runProgram } from '../../run-program.ts'
import type { AptRoot } from './apt-root.ts'

/** Which of the names apt counts as installed for others' sake. */
export async function findAutomatic(apt: AptRoot, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  const { code, stdout } = await runProgram('apt-mark', ['showauto', ...names], { env: apt.env })
  return code === 0 ? stdout.split('\n').filter((name) => name !== '') : []
}

/** Puts the mark back: naming a package to apt makes it one that a person chose, and autoremove would forget it. */
export async function markAutomatic(apt: AptRoot, names: readonly string[]): Promise<void> {
  if (names.length > 0) await runProgram('apt-mark', ['auto', ...names], { env: apt.env })
}
