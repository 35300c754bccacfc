import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { aptRootAt } from './apt-root.ts'
import { runProgram } from './run-program.ts'

/** Names what this host lacks for a device lab; empty when real apt can run here. */
export function findMissingPrograms(): string[] {
  const folders = (aptRootAt('/').env.PATH ?? '').split(delimiter)
  const has = (name: string) => folders.some((folder) => isExecutable(join(folder, name)))
  const missing = ['apt-get', 'dpkg', 'dpkg-query'].filter((name) => !has(name))
  // Debian 13's apt checks signatures with sqv, older ones with gpgv.
  return has('gpgv') || has('sqv') ? missing : [...missing, 'gpgv']
}

/** The host's Debian architecture, such as `amd64`. */
export async function hostArchitecture(): Promise<string> {
  return (await runProgram('dpkg', ['--print-architecture'], { env: aptRootAt('/').env })).stdout.trim()
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
