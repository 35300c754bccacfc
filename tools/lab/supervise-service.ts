import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { endsWithParent } from './ends-with-parent.ts'
import { endRememberedProcess, rememberProcess } from './own-process.ts'
import { replaceFile } from './replace-file.ts'

/** The init system of a lab device, for its one service. */
export type ServiceSupervisor = {
  /** Starts the installed version, if one is installed, and watches for restart requests of the package. */
  start: () => Promise<void>
  stop: () => Promise<void>
  /** Pid of the running service, or null: a service that ended by itself stays down until the next restart request. */
  pid: () => number | null
}

const watchEveryMs = 100
// As an init system does: a service that does not stop in time is killed.
const stopLimitMs = 2000

/** Writes the service program without types (type stripping at run time costs 20 MB a process). Returns its path. */
export async function writeServiceProgram(folder: string): Promise<string> {
  const path = join(folder, 'service.mjs')
  const source = await readFile(join(import.meta.dirname, 'service.ts'), 'utf8')
  await replaceFile(path, transformSync(source, { loader: 'ts', target: 'node24' }).code)
  return path
}

/** Supervises lab-svc of the apt root at `rootPath`. The caller's event loop must run while apt installs. */
export function superviseService(rootPath: string, serviceProgram: string): ServiceSupervisor {
  const runFolder = join(rootPath, 'run/lab-svc')
  const processFile = join(runFolder, 'service.process.json')
  const readRequest = () => readFile(join(runFolder, 'restart'), 'utf8').catch(() => '')
  let child: ChildProcess | null = null
  let handled = ''
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()

  const end = async () => {
    const running = child
    child = null
    if (!running?.pid || running.exitCode !== null || running.signalCode !== null) return
    const exited = once(running, 'exit')
    running.kill('SIGTERM')
    const killer = setTimeout(() => running.kill('SIGKILL'), stopLimitMs)
    await exited
    clearTimeout(killer)
  }
  const launch = async () => {
    await end()
    if (!existsSync(join(rootPath, 'usr/lib/lab-svc/service.json'))) return
    const started = spawn(...endsWithParent(process.execPath, ['--v8-pool-size=0', serviceProgram, rootPath]), {
      cwd: '/',
      detached: true,
      stdio: 'ignore',
    })
    started.once('error', () => {})
    child = started
    if (started.pid) await rememberProcess(processFile, started.pid)
  }
  const look = async () => {
    const request = await readRequest()
    if (request === handled) return
    handled = request
    await launch()
  }
  const inTurn = (work: () => Promise<void>) => {
    const done = turn.then(work)
    turn = done.catch(() => {})
    return done
  }

  return {
    start: () =>
      inTurn(async () => {
        if (timer) return
        await mkdir(runFolder, { recursive: true })
        await endRememberedProcess(processFile, stopLimitMs)
        handled = await readRequest()
        await rm(join(runFolder, 'version'), { force: true })
        await launch()
        await replaceFile(join(runFolder, 'supervisor'), String(process.pid))
        timer = setInterval(() => inTurn(look).catch(() => {}), watchEveryMs)
      }),
    stop: () =>
      inTurn(async () => {
        clearInterval(timer)
        timer = undefined
        await rm(join(runFolder, 'supervisor'), { force: true })
        await end()
        await rm(processFile, { force: true })
      }),
    pid: () => (child && child.exitCode === null && child.signalCode === null ? (child.pid ?? null) : null),
  }
}
