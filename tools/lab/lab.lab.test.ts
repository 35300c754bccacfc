import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LabDevice } from './device.ts'
import type { Lab } from './lab.ts'
import { startLab } from './lab.ts'
import { identifyProcess } from './own-process.ts'
import { dpkgLog, installedVersion } from './read-root.ts'
import { waitFor } from './testing.ts'
import { findPackagingProcesses } from './wait-for-packaging.ts'

const agentBundle = join(import.meta.dirname, 'stand-in-agent.fixture.mjs')
const said: string[] = []
let folder = ''
let lab: Lab | null = null
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchward-lab-'))
})
afterEach(async () => {
  await lab?.stop()
  lab = null
  await rm(folder, { recursive: true, force: true })
})

async function start(
  tokens: Record<string, string>,
  deviceUrl = 'http://127.0.0.1:9',
): Promise<{ lab: Lab; first: LabDevice }> {
  const devices = Object.entries(tokens).map(([name, token]) => ({ name, token }))
  const plan = { deviceUrl, devices }
  const say = (line: string) => said.push(line)
  const started = await startLab({ plan, folder, agentBundle, say, enrolWithinMs: 2000 })
  lab = started
  const [first] = started.devices
  if (!first) throw new Error('the plan had no device')
  return { lab: started, first }
}

/** Command lines of running processes that name this folder. */
async function findCommandsNaming(path: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return commands.filter((command) => command.includes(path))
}

const stateText = (device: LabDevice, name: string) => readFile(join(device.stateFolder, name), 'utf8').catch(() => '')

describe('the device lab', () => {
  test('enrols and runs each device, then offers the first patches', async () => {
    const { lab: running } = await start({ 'web-01': 'one', 'web-02': 'two' })
    expect(running.devices).toHaveLength(2)
    for (const [index, device] of running.devices.entries()) {
      const token = ['one', 'two'][index]
      const enrolled = `${device.name} http://127.0.0.1:9 ${token}\n`
      expect(await stateText(device, 'enrolments')).toBe(enrolled)
      expect(await installedVersion(device.root, 'lab-svc')).toBe('1.0')
      expect(await identifyProcess(device.agent.pid() ?? 0)).not.toBeNull()
      expect(await identifyProcess(device.service.pid() ?? 0)).not.toBeNull()
    }
    const offered = running.repository.published().map(({ name, version }) => `${name} ${version}`)
    expect(offered).toContain('lab-svc 2.0')
    expect(offered).toContain('lab-lib 2.0')
    expect(offered).not.toContain('lab-svc 3.0')
  }, 20_000)

  test('a second start keeps roots, enrolments, archive address and what was withdrawn', async () => {
    const before = await start({ 'web-01': 'one' })
    const port = before.lab.server.port
    await before.lab.repository.withdraw({ name: 'lab-svc', version: '2.0' })
    await before.lab.stop()
    const { lab: after, first } = await start({ 'web-01': 'one' })
    expect(after.server.port).toBe(port)
    expect((await stateText(first, 'enrolments')).trim().split('\n')).toHaveLength(1)
    expect(
      (await dpkgLog(first.root)).filter((line) => line.action === 'startup' && line.text.includes('unpack')),
    ).toHaveLength(1)
    expect(after.repository.published()).not.toContainEqual({ name: 'lab-svc', version: '2.0' })
  }, 20_000)

  test('a device follows the door to its new address and is not enrolled again', async () => {
    await (await start({ 'web-01': 'one' })).lab.stop()
    const { first } = await start({ 'web-01': 'one' }, 'http://127.0.0.1:8')
    expect(JSON.parse(await stateText(first, 'config.json'))).toMatchObject({
      server: 'http://127.0.0.1:8',
      deviceId: 'device-1',
    })
    expect((await stateText(first, 'enrolments')).trim().split('\n')).toHaveLength(1)
  })

  test('an agent that the server refuses fails the start with its words, and nothing is left running', async () => {
    const failing = start({ 'web-01': 'one', 'web-02': 'refused' })
    await expect(failing).rejects.toThrow('web-02 could not enrol (exit 2): token-used')
    expect(said.filter((line) => line.includes('token-used') && line.endsWith('trying again'))).not.toEqual([])
    // However far web-01 had come by then.
    expect(await findCommandsNaming(folder)).toEqual([])
  }, 20_000)

  test('a start can be given up while a device waits to enrol', async () => {
    const controller = new AbortController()
    const plan = { deviceUrl: 'http://127.0.0.1:9', devices: [{ name: 'web-01', token: 'refused' }] }
    const say = (line: string) => {
      if (line.includes('trying again')) controller.abort()
    }
    const startedMs = performance.now()
    await expect(startLab({ plan, folder, agentBundle, say, signal: controller.signal })).rejects.toThrow('abort')
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  }, 20_000)

  test('the agent runs in a session of its own and sees none of the lab’s environment', async () => {
    process.env.LAB_SECRET_OF_TEST = 'x'
    const { first } = await start({ 'web-01': 'one' })
    delete process.env.LAB_SECRET_OF_TEST
    const seen = await waitFor('the agent', async () => (await stateText(first, 'environment.json')) || null)
    expect(seen).not.toContain('LAB_SECRET_OF_TEST')
    const stat = await readFile(`/proc/${first.agent.pid()}/stat`, 'utf8')
    const session = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]
    expect(session).toBe(String(first.agent.pid()))
  }, 20_000)

  test('stopping an agent waits for the dpkg it left running', async () => {
    const { first } = await start({ 'web-01': 'one' })
    await waitFor('the agent', async () => await stateText(first, 'runs'))
    // Frozen, the service cannot give way to its successor: the postinst waits, so dpkg runs for a while.
    process.kill(first.service.pid() ?? 0, 'SIGSTOP')
    process.kill(first.agent.pid() ?? 0, 'SIGUSR2')
    await waitFor('dpkg', async () => (await findPackagingProcesses(first.root.path)).length > 0)
    await first.powerOff()
    expect(await findPackagingProcesses(first.root.path)).toEqual([])
    expect(await installedVersion(first.root, 'lab-svc')).toBe('1.0')
    expect((await dpkgLog(first.root)).at(-1)?.text).toContain('status installed lab-svc:all 1.0')
    expect(first.isOn()).toBe(false)
  }, 30_000)

  test('kill -9 leaves the agent down; killed from outside it comes back', async () => {
    const { first } = await start({ 'web-01': 'one' })
    const pid = first.agent.pid() ?? 0
    process.kill(pid, 'SIGKILL')
    const next = await waitFor('the next agent', () => (first.agent.pid() === pid ? null : first.agent.pid()))
    expect(await identifyProcess(next)).not.toBeNull()
    await waitFor('its run', async () => (await stateText(first, 'runs')).includes(String(next)))
    await first.agent.kill()
    expect(await identifyProcess(next)).toBeNull()
    expect(first.agent.pid()).toBeNull()
    await first.agent.start()
    expect(await identifyProcess(first.agent.pid() ?? 0)).not.toBeNull()
  }, 20_000)

  test('a lab that died is taken over: its agent and service end before the new ones start', async () => {
    const before = await start({ 'web-01': 'one' })
    const oldAgent = before.first.agent.pid() ?? 0
    const oldService = before.first.service.pid() ?? 0
    await waitFor('the agent', async () => await stateText(before.first, 'runs'))
    const { first } = await start({ 'web-01': 'one' })
    expect(await identifyProcess(oldService)).toBeNull()
    await waitFor('two runs', async () => (await stateText(first, 'runs')).trim().split('\n').length >= 2)
    expect(await stateText(first, 'stops')).toContain(String(oldAgent))
    await before.lab.stop()
  }, 20_000)

  test('a process file whose pid belongs to another process now is left alone', async () => {
    const { first } = await start({ 'web-01': 'one' })
    await first.powerOff()
    await writeFile(join(first.folder, 'agent.process.json'), JSON.stringify({ pid: process.pid, startTicks: '1' }))
    await first.powerOn()
    expect(await identifyProcess(process.pid)).not.toBeNull()
    expect(await identifyProcess(first.agent.pid() ?? 0)).not.toBeNull()
  }, 20_000)
})
