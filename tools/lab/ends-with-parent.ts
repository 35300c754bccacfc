import { existsSync } from 'node:fs'

/** Part of util-linux, which every Debian has. */
const setpriv = '/usr/bin/setpriv'

/**
 * Command line of a program to which the kernel sends `signal` when the process that starts it is gone, however it went: a test worker
 * that is killed leaves nobody behind. It does not pass to what the program starts itself, so an agent's dpkg is finished in any case.
 * On a system without setpriv the program itself: it then outlives a killed parent.
 */
export function endsWithParent(
  command: string,
  args: readonly string[],
  signal: 'TERM' | 'KILL' = 'TERM',
): [command: string, args: string[]] {
  return existsSync(setpriv) ? [setpriv, ['--pdeathsig', signal, '--', command, ...args]] : [command, [...args]]
}
