import { runProgram } from '../../run-program.ts'
import type { AptRoot } from './apt-root.ts'

/** Packages that own a file of this root (its path as inside the root); empty when nobody does. */
export async function findFileOwners(apt: AptRoot, path: string): Promise<string[]> {
  const pattern = `${path.startsWith('/') ? '' : '/'}${path}`.replaceAll(/[\\*?[\]]/g, '\\$&')
  const { code, stdout } = await runProgram('dpkg-query', [`--admindir=${apt.adminDir}`, '-S', pattern], {
    env: apt.env,
  })
  if (code !== 0) return []
  const owners = new Set<string>()
  for (const line of stdout.split('\n')) {
    const colon = line.indexOf(': ')
    if (colon <= 0 || line.startsWith('diversion ')) continue
    for (const owner of line.slice(0, colon).split(', ')) owners.add(owner)
  }
  return [...owners]
}
