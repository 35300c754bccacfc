import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from '../lab/run-program.ts'
import type { Mirror } from './find-mirror.ts'

// What the enrolment command needs and a machine of a client has; the systemd of Debian itself judges the unit.
const included = ['curl', 'sudo', 'systemd', 'ca-certificates']
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * A tar of a small machine of the mirror's suite as it was released, without its security updates; about half a minute,
 * kept between runs. Needs root. Throws with the last words of what failed.
 */
export async function bootstrapDebian(mirror: Mirror): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'patchward')
  const tar = join(cache, `debian-${mirror.suite}.tar`)
  if (existsSync(tar)) return tar
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(tmpdir(), 'patchward-bootstrap-'))
  const half = `${tar}.${process.pid}`
  try {
    const options = mirror.proxies.map((line) => `--aptopt=${line}`)
    const program = await findBootstrapper(folder)
    const args = ['--mode=root', '--variant=minbase', '--format=tar', `--include=${included.join(',')}`, ...options]
    await demand(program, [...args, mirror.suite, half, mirror.release])
    await rename(half, tar)
    return tar
  } finally {
    for (const path of [folder, half]) await rm(path, { recursive: true, force: true })
  }
}

/** The host's mmdebstrap, else Debian's package of it, unpacked and not installed. */
async function findBootstrapper(folder: string): Promise<string> {
  const own = '/usr/bin/mmdebstrap'
  if (existsSync(own)) return own
  await demand('apt-get', ['-q', 'download', 'mmdebstrap'], folder)
  await demand('sh', ['-c', 'dpkg-deb -x mmdebstrap_*.deb unpacked'], folder)
  return join(folder, 'unpacked', own)
}

async function demand(command: string, args: string[], cwd?: string): Promise<void> {
  const { code, stdout, stderr } = await runProgram(command, args, { cwd, env: { ...process.env, PATH: searchPath } })
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${`${stdout}\n${stderr}`.trim().slice(-2_000)}`)
}
