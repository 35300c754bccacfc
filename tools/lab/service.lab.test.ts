import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { AptRoot } from './apt-root.ts'
import { updateLists } from './apt-root.ts'
import { installExactly } from './install-exactly.ts'
import { identifyProcess } from './own-process.ts'
import { installedVersion } from './read-root.ts'
import type { ServiceSupervisor } from './supervise-service.ts'
import { superviseService, writeServiceProgram } from './supervise-service.ts'
import type { TestArchive } from './testing.ts'
import { fetchText, makeTestArchive, waitFor } from './testing.ts'

let archive: TestArchive
let program = ''
const running: ServiceSupervisor[] = []
beforeAll(async () => {
  archive = await makeTestArchive()
  program = await writeServiceProgram(archive.folder)
  for (const version of ['2.0', '3.0', '4.0']) await archive.repository.publish({ name: 'lab-svc', version })
})
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop()
})
afterAll(() => archive.remove())

async function startDevice(name: string): Promise<{ root: AptRoot; service: ServiceSupervisor }> {
  const root = await archive.makeRoot(name)
  await updateLists(root)
  const service = superviseService(root.path, program)
  running.push(service)
  await service.start()
  await waitFor('the first answer', () => probe(root))
  return { root, service }
}

/** The version the service answers with right now, or null when it does not answer. */
async function probe(root: AptRoot): Promise<string | null> {
  const port = (await readFile(join(root.path, 'run/lab-svc/port'), 'utf8').catch(() => '')).trim()
  const text = port ? await fetchText(`http://127.0.0.1:${port}/health`) : null
  return text === null ? null : (JSON.parse(text) as { version: string }).version // our own service's answer
}

describe('the service of a device', () => {
  test('answers with the version that apt has just installed, forward and back', async () => {
    const { root } = await startDevice('follows')
    expect(await probe(root)).toBe('1.0')
    expect((await installExactly(root, 'lab-svc=2.0')).code).toBe(0)
    expect(await probe(root)).toBe('2.0')
    expect((await installExactly(root, 'lab-svc=1.0')).code).toBe(0)
    expect(await probe(root)).toBe('1.0')
  })

  test('keeps the old version running when 3.0 fails, and serves 2.0 after the way back', async () => {
    const { root } = await startDevice('survives')
    await installExactly(root, 'lab-svc=2.0')
    expect((await installExactly(root, 'lab-svc=3.0')).code).toBe(100)
    expect(await probe(root)).toBe('2.0')
    expect((await installExactly(root, 'lab-svc=2.0')).code).toBe(0)
    expect(await probe(root)).toBe('2.0')
  })

  test('4.0 answers at least three probes, then its process is gone and stays gone until 2.0 is back', async () => {
    const { root, service } = await startDevice('bad-patch')
    const installed = await installExactly(root, 'lab-svc=4.0')
    expect(installed.code).toBe(0)
    expect(await installedVersion(root, 'lab-svc')).toBe('4.0')
    for (let answers = 0; answers < 3; answers += 1) expect(await probe(root)).toBe('4.0')

    await waitFor('4.0 to stop', async () => (await probe(root)) === null)
    await waitFor('its end to be noticed', () => service.pid() === null)
    const pidInFile = Number(await readFile(join(root.path, 'run/lab-svc/pid'), 'utf8'))
    expect(await identifyProcess(pidInFile)).toBeNull()

    expect((await installExactly(root, 'lab-svc=2.0')).code).toBe(0)
    expect(await probe(root)).toBe('2.0')
  }, 20_000)

  test('a supervisor that died leaves a service that the next one replaces', async () => {
    const { root, service } = await startDevice('adopts')
    const first = service.pid()
    const next = superviseService(root.path, program)
    running.push(next)
    await next.start()
    await waitFor('the second service', () => probe(root))
    expect(next.pid()).not.toBe(first)
    await waitFor('the end of the first', () => service.pid() === null)
  })

  test('does not hold a package up when nothing supervises the device', async () => {
    const root = await archive.makeRoot('alone')
    await updateLists(root)
    const installed = await installExactly(root, 'lab-svc=2.0')
    expect(installed.code).toBe(0)
    expect(installed.stderr).not.toContain('did not come up')
  })

  test('twelve services fit beside twelve agents', async () => {
    const devices = await Promise.all(Array.from({ length: 12 }, (_, index) => startDevice(`memory-${index}`)))
    const sizes = await Promise.all(devices.map(({ service }) => readMemory(service.pid() ?? 0)))
    const privateKb = sizes.map((size) => size.privateKb)
    expect(Math.max(...privateKb)).toBeLessThan(40_000)
    const residentKb = Math.max(...sizes.map((size) => size.residentKb))
    console.log(
      `12 service processes: up to ${residentKb} kB resident, up to ${Math.max(...privateKb)} kB of it private`,
    )
  }, 30_000)
})

async function readMemory(pid: number): Promise<{ residentKb: number; privateKb: number }> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  const field = (name: string) => Number(text.match(new RegExp(`^${name}: +(\\d+) kB`, 'm'))?.[1])
  return { residentKb: field('Rss'), privateKb: field('Private_Dirty') + field('Private_Clean') }
}
