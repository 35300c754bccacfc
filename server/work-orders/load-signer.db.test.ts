import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestConsole, type TestDoor } from '../device-api/testing.ts'
import { loadSigner } from './load-signer.ts'

let door: TestDoor
let folder: string
beforeAll(async () => {
  door = await startTestConsole()
  folder = await mkdtemp(join(tmpdir(), 'signer-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await door.stop()
})

const at = new Date('2026-09-01T10:00:00Z')
async function makeKey(name: string, mode = 0o600): Promise<string> {
  const file = join(folder, name)
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  await writeFile(file, pem, { mode })
  return file
}

test('a new signing key is published once, and stands in the audit log of every MSP', async () => {
  const mspIds = [await door.factories.makeMsp(), await door.factories.makeMsp()]
  const first = await makeKey('first.pem')
  const { keyid } = await loadSigner(first, at)
  // Each start of a worker loads it again.
  await loadSigner(first, new Date())
  const second = await loadSigner(await makeKey('second.pem'), at)
  for (const mspId of mspIds) {
    const rows = await door.factories.inMsp(
      mspId,
      (tx) =>
        tx`select subject_id, actor_kind, at, changes ? 'publicKey' as has_key from audit_records where action = 'enrolment:publish-key' order by id`,
    )
    expect(rows).toEqual(
      [keyid, second.keyid].map((id) => ({ subject_id: id, actor_kind: 'system', at, has_key: true })),
    )
  }
})

test('a key file that others may read is refused, and nothing is published', async () => {
  const file = await makeKey('open.pem', 0o644)
  await expect(loadSigner(file, at)).rejects.toThrow('may be read by others')
})
