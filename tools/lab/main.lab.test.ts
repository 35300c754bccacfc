import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsWithParent } from './ends-with-parent.ts'
import { identifyProcess } from './own-process.ts'
import { runProgram } from './run-program.ts'
import { waitFor } from './testing.ts'

const main = join(import.meta.dirname, 'main.ts')
let folder = ''
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchward-lab-'))
  const plan = { deviceUrl: 'http://127.0.0.1:9', devices: [{ name: 'web-01', token: 'one' }] }
  await writeFile(join(folder, 'plan.json'), JSON.stringify(plan))
  env = {
    ...process.env,
    LAB_PLAN: join(folder, 'plan.json'),
    LAB_STATE: join(folder, 'state'),
    LAB_AGENT: join(import.meta.dirname, 'stand-in-agent.fixture.mjs'),
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

type Device = { name: string; on: boolean; agentPid: number | null; servicePid: number | null; packages: object }
type State = { published: { name: string; version: string }[]; devices: Device[]; error?: string }

describe('the lab process', () => {
  test('is moved through its control door and stops everything on SIGTERM', async () => {
    const lab = spawn(...endsWithParent(process.execPath, [main]), { env, stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    lab.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    try {
      await waitFor('ready', () => output.includes('lab: ready\n'), 20_000)
      // Written by the process under test.
      const control = JSON.parse(await readFile(join(folder, 'state/control.json'), 'utf8')) as {
        url: string
        pid: number
      }
      expect(control.pid).toBe(lab.pid)
      expect(output).toContain(`lab: control on ${control.url}\n`)
      const post = async (path: string, body: unknown, type = 'application/json') => {
        const init = { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) }
        const response = await fetch(control.url + path, init)
        // The shape is what this test is about; a wrong one fails below.
        return { status: response.status, state: (await response.json()) as State }
      }

      const three = { package: 'lab-svc', version: '3.0' }
      expect((await post('/publish', three)).state.published).toContainEqual({ name: 'lab-svc', version: '3.0' })
      expect((await post('/withdraw', three)).state.published).not.toContainEqual({ name: 'lab-svc', version: '3.0' })
      expect(await post('/publish', { package: 'lab-svc', version: '9' })).toMatchObject({
        status: 400,
        state: { error: 'the lab has no package lab-svc 9' },
      })
      expect((await post('/publish', three, 'text/plain')).status).toBe(415)
      expect((await post('/nothing', {})).status).toBe(404)
      expect((await fetch(`${control.url}/readyz`)).status).toBe(200)

      const off = (await post('/power', { device: 'web-01', on: false })).state.devices[0]
      expect(off).toMatchObject({ on: false, agentPid: null, servicePid: null, packages: { 'lab-svc': '1.0 ii' } })
      const on = (await post('/power', { device: 'web-01', on: true })).state.devices[0]
      expect(on?.on).toBe(true)
      expect((await post('/power', { device: 'web-99', on: true })).status).toBe(400)

      lab.kill('SIGTERM')
      const [code] = await once(lab, 'exit')
      expect(code).toBe(0)
      expect(output).toContain('lab: stopped\n')
      expect(await identifyProcess(on?.agentPid ?? 0)).toBeNull()
      expect(await identifyProcess(on?.servicePid ?? 0)).toBeNull()
    } finally {
      lab.kill('SIGKILL')
    }
  }, 40_000)

  test.each([
    ['no plan', { LAB_PLAN: '' }, 'LAB_PLAN (a file) and LAB_STATE (a folder) must be set'],
    ['no agent', { LAB_AGENT: '/nowhere/agent.mjs' }, 'there is no agent at /nowhere/agent.mjs'],
  ])('%s ends the start with a sentence', async (_what, change, sentence) => {
    const { code, stderr } = await runProgram(process.execPath, [main], { env: { ...env, ...change } })
    expect({ code, stderr: stderr.trim() }).toEqual({ code: 1, stderr: expect.stringContaining(sentence) })
  })
})
