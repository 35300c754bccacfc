import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { doorPaths } from '../../agent/wire/door.ts'
import { startTestDoor, type TestDoor, waitUntil } from './testing.ts'

let door: TestDoor
let folder: string
let bundle: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchward-download-'))
  bundle = join(folder, 'agent.mjs')
  door = await startTestDoor({
    agentBundleFile: bundle,
    nodeFile: process.execPath,
    downloadStallMs: 500,
    maxDownloads: 4,
  })
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

test('who asks and does not read is let go; meanwhile only so many come at once', async () => {
  const stalled = Array.from({ length: 2 }, () => {
    const socket = connect(door.port, '127.0.0.1', () =>
      socket.write(`GET ${doorPaths.node} HTTP/1.1\r\nhost: x\r\n\r\n`),
    )
    socket.on('error', () => {})
    return socket.pause()
  })
  await waitUntil(() => door.door.downloads.count() === 2)
  const refused = await get(doorPaths.bundle)
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  await waitUntil(() => door.door.downloads.count() === 0)
  expect((await get(doorPaths.bundle)).status).toBe(200)
  for (const socket of stalled) socket.destroy()
})

test('metrics are for this machine, not for what a proxy passes on', async () => {
  expect(await text('/metrics')).toContain('patchward_door_held_polls 0')
  expect((await fetch(`${door.baseUrl}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(404)
})
