import { execFileSync } from 'node:child_process'
import { Advice } from '../advice.mjs'
import { isRoot } from '../paths.mjs'
import { say } from '../progress.mjs'

const name = 'patchward'

function idOf(flag) {
  return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
}

/** As root: uid and gid of the system user that runs PostgreSQL, made when absent. As anyone else: nothing to change. */
export function ensurePostgresUser() {
  if (!isRoot) return {}
  try {
    return { uid: idOf('-u'), gid: idOf('-g') }
  } catch {
    // There is no such user yet.
  }
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name], {
      stdio: 'ignore',
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
    })
    say(`  made the system user ${name}: PostgreSQL refuses to run as root`)
    return { uid: idOf('-u'), gid: idOf('-g') }
  } catch {
    throw new Advice(
      `PostgreSQL cannot run as root and the system user ${name} could not be made; make it, or run this as a normal user.`,
    )
  }
}
