import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { doorPaths } from '../../agent/wire/door.ts'
import { startTestDoor, type TestDoor } from './testing.ts'

let door: TestDoor
let folder: string
let bundle: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchward-download-'))
  bundle = join(folder, 'agent.mjs')
  door = await startTestDoor({ agentBundleFile: bundle, nodeFile: process.execPath })
})
afterAll(async () => {
  await door.stop()
  await rm(folder, { recursive: true })
})

const hashOf = (content: Buffer | string) => createHash('sha256').update(content).digest('hex')
const get = (path: string) => fetch(door.baseUrl + path)
const text = async (path: string) => (await get(path)).text()

test('the agent comes with the hash of what was built last; before it was built there is nothing', async () => {
  expect((await get(doorPaths.bundle)).status).toBe(404)
  for (const content of ['first build', 'the second build']) {
    await writeFile(bundle, content)
    expect(await text(doorPaths.bundle)).toBe(content)
    expect(await text(doorPaths.bundleHash)).toBe(`${hashOf(content)}\n`)
  }
})

test('the Node binary comes whole', async () => {
  const binary = Buffer.from(await (await get(doorPaths.node)).arrayBuffer())
  expect(binary.subarray(0, 4)).toEqual(Buffer.from('\x7fELF', 'latin1'))
  expect(await text(doorPaths.nodeHash)).toBe(`${hashOf(binary)}\n`)
})

test('metrics are for this machine, not for what a proxy passes on', async () => {
  expect(await text('/metrics')).toContain('patchward_door_held_polls 0')
  expect((await fetch(`${door.baseUrl}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(404)
})
