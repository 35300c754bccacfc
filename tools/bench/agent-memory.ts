import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startTestDoor } from '../../server/device-api/testing.ts'
import { runProgram } from '../lab/run-program.ts'
import { makeTestArchive } from '../lab/testing.ts'
import type { Measurement } from './measurement.ts'

const bundle = fileURLToPath(new URL('../../dist/agent/patchward-agent.mjs', import.meta.url))
const idleMs = 20_000

/** Resident memory of an enrolled agent that has scanned once and holds its long poll, beside a Node that does nothing. */
export async function run(): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'patchward-bench-'))
  const door = await startTestDoor({ checkInMs: 5_000 })
  const archive = await makeTestArchive()
  const processes: ChildProcess[] = []
  try {
    const root = await archive.makeRoot('device')
    const client = await door.factories.makeClient(await door.factories.makeMsp())
    await writeFile(join(folder, 'token'), await door.factories.makeToken(client), { mode: 0o600 })
    const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: folder, NODE_ENV: 'production' }
    const place = ['--state', join(folder, 'agent'), '--apt-root', root.path]
    await runProgram(
      process.execPath,
      [bundle, 'enrol', '--server', door.baseUrl, '--token-file', join(folder, 'token'), ...place],
      { env },
    )
    const start = (args: string[]) => {
      const child = spawn(process.execPath, args, { env, stdio: 'ignore' })
      processes.push(child)
      return child
    }
    const agent = start([bundle, 'run', ...place])
    const bare = start(['-e', 'setInterval(() => {}, 1000)'])
    await new Promise((resolve) => setTimeout(resolve, idleMs))
    const [agentMb, bareMb] = [await residentMb(agent.pid), await residentMb(bare.pid)]
    return [
      {
        name: 'idle agent, resident memory',
        value: agentMb,
        unit: 'MB',
        limit: bareMb,
        note: `after ${idleMs / 1000} s with one scan; budget 60, never above 100; limit: a Node that does nothing`,
      },
    ]
  } finally {
    for (const child of processes) child.kill('SIGTERM')
    await archive.remove()
    await door.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function residentMb(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024)
}
