import { type ChildProcess, spawn } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ProgramResult, runProgram } from '../lab/run-program.ts'
import type { Mirror } from './find-mirror.ts'

const proxyNames = ['http_proxy', 'https_proxy', 'no_proxy']

// Mounts and processes live in namespaces of their own, and those end with this process, however it ends.
const tied = ['setpriv', '--pdeathsig', 'KILL']
const own = ['--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child', '--propagation', 'private']
const enter = `set -e
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
hostname "$2"
root=$1
shift 2
exec chroot "$root" "$@"`

/** A small Debian machine below a folder: its own packages, processes and host name; the host's network. */
export interface Machine {
  hostName: string
  /** Program and arguments that run `command` in the machine, as root, in a shell. */
  commandFor(command: string): [string, string[]]
  run(command: string): Promise<ProgramResult>
  /** Starts a command that goes on running; end it with `stopInside` or `remove`. */
  start(command: string): ChildProcess
  path(inside: string): string
  /** Kills what still runs in it and deletes it. */
  remove(): Promise<void>
}

/** Unpacks the tar and gives it the security updates it was made without. `hostName` must be a plain word. */
export async function makeMachine(tar: string, mirror: Mirror, hostName: string): Promise<Machine> {
  const folder = await mkdtemp(join(process.env.TEST_STATE || tmpdir(), 'patchward-machine-'))
  const root = join(folder, 'root')
  const path = (inside: string) => join(root, inside)
  const children = new Set<ChildProcess>()

  const commandFor = (command: string): [string, string[]] => {
    const proxies = proxyNames.flatMap((name) => (process.env[name] ? [`${name}=${process.env[name]}`] : []))
    const searchPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    const env = ['-i', searchPath, 'HOME=/root', 'LANG=C.UTF-8', 'TERM=dumb', ...proxies]
    return ['env', [...env, ...tied, 'unshare', ...own, 'sh', '-c', enter, 'sh', root, hostName, 'sh', '-c', command]]
  }
  const machine: Machine = {
    hostName,
    commandFor,
    path,
    run: (command) => runProgram(...commandFor(command)),
    start: (command) => {
      const child = spawn(...commandFor(`exec ${command}`), { stdio: ['ignore', 'pipe', 'pipe'] })
      children.add(child)
      child.once('exit', () => children.delete(child))
      return child
    },
    remove: async () => {
      const ends = [...children].map((child) => new Promise((resolve) => child.once('exit', resolve)))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(ends)
      await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    await prepare(machine, { root, tar, mirror })
    return machine
  } catch (error) {
    await machine.remove()
    throw error
  }
}

async function prepare(machine: Machine, from: { root: string; tar: string; mirror: Mirror }): Promise<void> {
  const { root, tar, mirror } = from
  const unpacked = await runProgram('sh', [
    '-c',
    'mkdir "$1" && tar -xpf "$2" -C "$1" --numeric-owner',
    'sh',
    root,
    tar,
  ])
  if (unpacked.code !== 0) throw new Error(`the machine cannot be unpacked: ${unpacked.stderr}`)
  await writeFile(machine.path('etc/apt/sources.list'), `${mirror.release}\n${mirror.security}\n`)
  await writeFile(machine.path('etc/apt/apt.conf.d/99mmdebstrap'), mirror.proxies.map((line) => `${line}\n`).join(''))
  await writeFile(machine.path('etc/hosts'), `127.0.0.1 localhost ${machine.hostName}\n`)
  await copyFile('/etc/resolv.conf', machine.path('etc/resolv.conf'))
  // As its first start would.
  const { code, stderr } = await machine.run('systemd-machine-id-setup')
  if (code !== 0) throw new Error(`this host starts no machine: ${stderr}`)
}

/** Sends SIGTERM to the first process of the machine, as systemd would; its exit code, or null when it had to be killed after half a minute. */
export async function stopInside(child: ChildProcess): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const first = Number(await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8'))
  process.kill(first, 'SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
  const code = await ended
  clearTimeout(late)
  return code
}
