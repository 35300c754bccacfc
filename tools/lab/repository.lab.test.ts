import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { runApt, updateLists } from './apt-root.ts'
import { installExactly } from './install-exactly.ts'
import { installedVersion } from './read-root.ts'
import { replaceFile } from './replace-file.ts'
import { openSigningKey } from './signing-key.ts'
import type { TestArchive } from './testing.ts'
import { makeTestArchive, waitFor } from './testing.ts'

let archive: TestArchive
beforeAll(async () => {
  archive = await makeTestArchive()
})
afterEach(() => archive.server.setFault({ kind: 'none' }))
afterAll(() => archive.remove())

describe('the signed archive and real apt', () => {
  test('apt accepts it without a warning and shows the label of each suite', async () => {
    const root = await archive.makeRoot('accepts')
    await archive.repository.publish({ name: 'lab-svc', version: '2.0' }, { name: 'lab-lib', version: '2.0' })
    const update = await updateLists(root)
    expect({ code: update.code, stderr: update.stderr }).toEqual({ code: 0, stderr: '' })
    const simulated = await runApt(root, 'apt-get', ['-s', 'dist-upgrade'])
    expect(simulated.stdout).toContain('Inst lab-svc [1.0] (2.0 Lab-Security:lab-security [all])')
    expect(simulated.stdout).toContain('Inst lab-lib [1.0] (2.0 Lab:lab [all])')
  })

  test('a foreign key is refused', async () => {
    const root = await archive.makeRoot('foreign')
    const foreign = await openSigningKey(join(archive.folder, 'foreign-key'))
    await replaceFile(join(root.path, 'etc/apt/keyrings/lab.asc'), await readFile(foreign.publicKeyFile))
    const update = await updateLists(root)
    expect(update.code).toBe(100)
    expect(update.stdout + update.stderr).toMatch(/NO_PUBKEY|Missing key/)
  })

  test('a signature that does not fit the text is refused', async () => {
    const root = await archive.makeRoot('bad-signature')
    archive.server.setFault({ kind: 'wrong-signature' })
    const update = await updateLists(root)
    expect(update.code).toBe(100)
    expect(update.stdout + update.stderr).toMatch(/BADSIG|not valid|bad signature/i)
  })

  test('a deb with one byte changed is refused and nothing is installed', async () => {
    const root = await archive.makeRoot('tampered')
    await archive.repository.publish({ name: 'lab-svc', version: '2.0' })
    await updateLists(root)
    archive.server.setFault({ kind: 'tampered-deb' })
    const result = await installExactly(root, 'lab-svc=2.0')
    expect(result.code).toBe(100)
    expect(result.stderr).toContain('Hash Sum mismatch')
    expect(await installedVersion(root, 'lab-svc')).toBe('1.0')
  })

  test('an archive that is down fails the update; a slow one does not', async () => {
    const root = await archive.makeRoot('down')
    archive.server.setFault({ kind: 'down' })
    expect((await updateLists(root)).code).toBe(100)
    archive.server.setFault({ kind: 'slow', delayMs: 300 })
    const slow = await updateLists(root)
    expect(slow.code).toBe(0)
    expect(slow.tookMs).toBeGreaterThan(300)
  })

  test('a withdrawn version is gone from index and pool', async () => {
    const root = await archive.makeRoot('withdrawn')
    await archive.repository.publish({ name: 'lab-svc', version: '2.0' })
    await updateLists(root)
    await archive.repository.withdraw({ name: 'lab-svc', version: '2.0' })

    const withOldIndex = await installExactly(root, 'lab-svc=2.0')
    expect(withOldIndex.code).toBe(100)
    expect(withOldIndex.stderr).toContain('404')
    await updateLists(root)
    const withNewIndex = await installExactly(root, 'lab-svc=2.0')
    expect(withNewIndex.code).toBe(100)
    expect(withNewIndex.stderr).toContain("Version '2.0' for 'lab-svc' was not found")
    expect(await readdir(join(archive.repository.folder, 'pool/main/lab-svc'))).toEqual(['lab-svc_1.0_all.deb'])
  })

  test('two changes within a second are both seen', async () => {
    const root = await archive.makeRoot('quick')
    for (const version of ['2.0', '3.0', '4.0']) {
      await archive.repository.publish({ name: 'lab-svc', version })
      expect((await updateLists(root)).code).toBe(0)
      const policy = await runApt(root, 'apt-cache', ['policy', 'lab-svc'])
      expect(policy.stdout).toContain(`Candidate: ${version}`)
    }
  })

  test('an apt that is half way through an update when the archive changes still ends well', async () => {
    const root = await archive.makeRoot('racing')
    await archive.repository.withdraw({ name: 'lab-lib', version: '2.0' })
    const askedBefore = archive.server.requests.length
    // Slow, apt holds the old InRelease for a while before it asks for the index that it names.
    archive.server.setFault({ kind: 'slow', delayMs: 500 })
    const updating = updateLists(root)
    await waitFor('apt to ask', () => archive.server.requests.length >= askedBefore + 2)
    await archive.repository.publish({ name: 'lab-lib', version: '2.0' })
    const { code, stderr } = await updating
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })

    archive.server.setFault({ kind: 'none' })
    await updateLists(root)
    const policy = await runApt(root, 'apt-cache', ['policy', 'lab-lib'])
    expect(policy.stdout).toContain('Candidate: 2.0')
  })

  test('only the archive is served, not its key', async () => {
    for (const path of [
      '/key/private.asc',
      '/dists/../key/private.asc',
      '/dists/%2e%2e/key/private.asc',
      '/published.json',
    ]) {
      expect((await fetch(archive.server.url + path)).status).toBe(404)
    }
  })
})
