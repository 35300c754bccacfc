import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import type { AptRoot } from '../../tools/lab/apt-root.ts'
import { endsWithParent } from '../../tools/lab/ends-with-parent.ts'
import { firstPatches } from '../../tools/lab/packages.ts'
import { makeTestArchive, type TestArchive } from '../../tools/lab/testing.ts'
import { startTestDoor, type TestDoor, waitUntil } from './testing.ts'

let door: TestDoor
let archive: TestArchive
let root: AptRoot
let client: ClientRef
beforeAll(async () => {
  door = await startTestDoor({ checkInMs: 1_000 })
  client = await door.factories.makeClient(await door.factories.makeMsp())
  archive = await makeTestArchive()
  await archive.repository.publish(...firstPatches)
  root = await archive.makeRoot('machine')
})
afterAll(async () => {
  await archive.remove()
  await door.stop()
})

function agent(...args: string[]): ChildProcess {
  const env = { ...process.env, ...root.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }
  const program = new URL('../../agent/main.ts', import.meta.url).pathname
  return spawn(...endsWithParent(process.execPath, [program, ...args]), { env, stdio: 'ignore' })
}

test('the real agent enrols, is known by what it lacks, checks in with a session, and refuses an order that is none', async () => {
  const state = join(archive.folder, 'agent')
  const tokenFile = join(archive.folder, 'token')
  await writeFile(tokenFile, await door.factories.makeToken(client))
  const enrolment = agent(
    'enrol',
    '--server',
    door.baseUrl,
    '--token-file',
    tokenFile,
    '--state',
    state,
    '--apt-root',
    root.path,
  )
  expect(await once(enrolment, 'exit')).toEqual([0, null])
  const running = agent('run', '--state', state)
  try {
    const look = <T>(work: Parameters<typeof door.factories.inMsp<T>>[1]) => door.factories.inMsp(client.mspId, work)
    const missing = await waitUntil(async () => {
      const rows = await look(
        (tx) => tx`select p.name, p.version, t.undo_class from device_patches t
        join patches p on p.id = t.patch_id order by 1`,
      )
      return rows.length > 0 ? rows : null
    }, 60_000)
    expect([...missing]).toEqual(firstPatches.map((patch) => ({ ...patch, undo_class: 'fetchable' })).sort(byName))

    const [device] = await look((tx) => tx`select id from devices`)
    await door.factories.makeOrder(client, { deviceId: device?.id, verb: 'scan' })
    await door.factories.across`select pg_notify('patchward_orders', '')`
    const refusal = await waitUntil(async () => {
      const [row] = await look((tx) => tx`select state, body->'refusal'->>'code' as code from device_reports`)
      return row
    }, 30_000)
    expect(refusal).toEqual({ state: 'refused', code: 'malformed' })

    const [before] = await look((tx) => tx`select seen_at from device_heartbeats`)
    await waitUntil(async () => {
      const [now] = await look((tx) => tx`select seen_at from device_heartbeats`)
      return now?.seen_at > before?.seen_at
    }, 10_000)
  } finally {
    running.kill('SIGTERM')
    await once(running, 'exit')
  }
})

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
