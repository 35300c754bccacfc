import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WorldProcess } from '../world/process.ts'
import { identifyProcess } from './own-process.ts'
import { waitFor } from './testing.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchward-parent-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const pidIn = (name: string) => readFile(join(folder, name), 'utf8').then(Number, () => 0)

/** Starts an agent's stand-in and a part of a world, as a test worker does; the agent starts a "dpkg" in a session of its own. */
const parent = (modules: string) => `
  import { WorldProcess } from ${JSON.stringify(join(modules, '../world/process.ts'))}
  import { agentProcess } from ${JSON.stringify(join(modules, 'agent-process.ts'))}
  const wait = 'setInterval(() => {}, 1000)'
  const agent = agentProcess({
    args: ['-e', "const { spawn } = require('node:child_process'); const dpkg = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });"
      + "require('node:fs').writeFileSync('dpkg', String(dpkg.pid)); process.on('SIGTERM', () => process.exit(0));" + wait],
    env: { PATH: process.env.PATH },
    rootPath: '/nowhere',
    logFile: ${JSON.stringify(join(folder, 'agent.log'))},
    processFile: ${JSON.stringify(join(folder, 'agent.process.json'))},
  })
  await agent.start()
  const part = new WorldProcess({
    command: process.execPath,
    args: ['-e', "require('node:fs').writeFileSync(" + ${JSON.stringify(JSON.stringify(join(folder, 'part')))} + ", String(process.pid));" + wait],
    env: {},
    logFile: ${JSON.stringify(join(folder, 'part.log'))},
    isReady: async () => true,
  })
  await part.start()
  console.log(agent.pid())`

test('what a killed test worker started ends with it; the dpkg of its agent goes on', async () => {
  const worker = spawn(process.execPath, ['--input-type=module-typescript', '-e', parent(import.meta.dirname)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  worker.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await waitFor('all to run', async () => said !== '' && (await pidIn('dpkg')) > 0 && (await pidIn('part')) > 0)
  const pids = [Number(said), await pidIn('part')]
  for (const pid of pids) expect(await identifyProcess(pid)).not.toBeNull()
  const dpkg = await pidIn('dpkg')
  worker.kill('SIGKILL')
  await once(worker, 'exit')
  for (const pid of pids) await waitFor(`the end of ${pid}`, async () => (await identifyProcess(pid)) === null)
  expect(await identifyProcess(dpkg)).not.toBeNull()
  process.kill(dpkg, 'SIGKILL')
})

test('a part that cannot start says what it was', async () => {
  const part = new WorldProcess({
    command: process.execPath,
    args: ['-e', 'process.exit(1)'],
    env: {},
    logFile: join(folder, 'failed.log'),
    isReady: async () => false,
  })
  await expect(part.start()).rejects.toThrow('-e process.exit(1) ended at start')
})
