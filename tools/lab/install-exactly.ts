import type { AptRoot } from './apt-root.ts'
import { runApt } from './apt-root.ts'
import type { ProgramResult } from './run-program.ts'

/** Installs exact versions as an agent would: either direction, keeping edited conffiles. */
export function installExactly(root: AptRoot, ...wanted: string[]): Promise<ProgramResult> {
  const options = [
    '--allow-downgrades',
    '-o',
    'Dpkg::Options::=--force-confdef',
    '-o',
    'Dpkg::Options::=--force-confold',
  ]
  return runApt(root, 'apt-get', ['-y', '-q', ...options, 'install', ...wanted])
}
