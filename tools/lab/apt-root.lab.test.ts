import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runApt, updateLists } from './apt-root.ts'
import { installExactly } from './install-exactly.ts'
import { conffilePath } from './packages.ts'
import { dpkgAudit, dpkgLog, installedVersion, listPackageStates, readPackage } from './read-root.ts'
import type { TestArchive } from './testing.ts'
import { makeTestArchive } from './testing.ts'

let archive: TestArchive
beforeAll(async () => {
  archive = await makeTestArchive()
})
afterAll(() => archive.remove())

describe('an apt root', () => {
  test('goes 1.0 -> 2.0 -> failing 3.0 (iF) -> 2.0, and dpkg.log says so', async () => {
    const root = await archive.makeRoot('history')
    await archive.repository.publish({ name: 'lab-svc', version: '2.0' }, { name: 'lab-svc', version: '3.0' })
    await updateLists(root)
    const startedAt = new Date(Math.floor(Date.now() / 1000) * 1000)

    expect((await installExactly(root, 'lab-svc=2.0')).code).toBe(0)
    expect(await installedVersion(root, 'lab-svc')).toBe('2.0')

    const failed = await installExactly(root, 'lab-svc=3.0')
    expect(failed.code).toBe(100)
    expect(failed.stderr).toContain("no such column 'region'")
    expect(await readPackage(root, 'lab-svc')).toEqual({ name: 'lab-svc', version: '3.0', status: 'iF' })
    expect(await installedVersion(root, 'lab-svc')).toBeNull()
    expect(await dpkgAudit(root)).toContain('lab-svc')

    expect((await installExactly(root, 'lab-svc=2.0')).code).toBe(0)
    expect(await installedVersion(root, 'lab-svc')).toBe('2.0')
    expect(await dpkgAudit(root)).toBe('')

    const upgrades = (await dpkgLog(root)).filter((line) => line.action === 'upgrade')
    expect(upgrades.map(({ package: name, from, to }) => `${name} ${from} ${to}`)).toEqual([
      'lab-svc 1.0 2.0',
      'lab-svc 2.0 3.0',
      'lab-svc 3.0 2.0',
    ])
    for (const { at } of upgrades) {
      expect(at.getTime()).toBeGreaterThanOrEqual(startedAt.getTime())
      expect(at.getTime()).toBeLessThanOrEqual(Date.now())
    }
  })

  test('the edited conffile stops an upgrade that does not say what to keep', async () => {
    const root = await archive.makeRoot('conffile')
    await archive.repository.publish({ name: 'lab-svc', version: '2.0' })
    await updateLists(root)
    const careless = await runApt(root, 'apt-get', ['-y', '-q', 'install', 'lab-svc=2.0'])
    expect(careless.code).toBe(100)
    expect(careless.stderr).toContain('end of file on stdin at conffile prompt')
    expect(await installedVersion(root, 'lab-svc')).toBeNull()

    expect((await installExactly(root, 'lab-svc=2.0')).code).toBe(0)
    const settings = await readFile(join(root.path, conffilePath), 'utf8')
    expect(settings).toContain('lab-svc 1.0')
    expect(settings).toContain('edited by the administrator')
    expect(await readFile(join(root.path, `${conffilePath}.dpkg-dist`), 'utf8')).toContain('lab-svc 2.0')
  })

  test('the pair moves together, forward and back, and never alone', async () => {
    const root = await archive.makeRoot('pair')
    await archive.repository.publish({ name: 'lab-base', version: '2.0' }, { name: 'lab-ext', version: '2.0' })
    await updateLists(root)
    const alone = await runApt(root, 'apt-get', ['-s', 'install', 'lab-ext=2.0'])
    expect(alone.stdout).toContain('Inst lab-base [1.0]')
    const halfBack = () => installExactly(root, 'lab-ext=1.0')

    expect((await installExactly(root, 'lab-ext=2.0', 'lab-base=2.0')).code).toBe(0)
    expect(await installedVersion(root, 'lab-base')).toBe('2.0')
    expect((await halfBack()).code).toBe(100)
    expect((await installExactly(root, 'lab-ext=1.0', 'lab-base=1.0')).code).toBe(0)
    expect(await installedVersion(root, 'lab-ext')).toBe('1.0')
    expect(await installedVersion(root, 'lab-base')).toBe('1.0')
    expect(await dpkgAudit(root)).toBe('')
  })

  test('a deb file of ours installs through apt without the archive', async () => {
    const root = await archive.makeRoot('file')
    await archive.repository.publish({ name: 'lab-lib', version: '2.0' })
    const deb = join(archive.repository.folder, 'pool/main/lab-lib/lab-lib_2.0_all.deb')
    expect((await installExactly(root, deb)).code).toBe(0)
    expect(await installedVersion(root, 'lab-lib')).toBe('2.0')
    const verified = await runApt(root, 'dpkg', [`--root=${root.path}`, '--verify', 'lab-lib'])
    expect(verified.stdout).toBe('')
  })

  test('twelve roots are made, each with its first versions', async () => {
    const startedMs = performance.now()
    const names = Array.from({ length: 12 }, (_, index) => `many-${index}`)
    for (const name of names) {
      const root = await archive.makeRoot(name)
      expect((await listPackageStates(root)).map(({ version, status }) => `${version} ${status}`)).toEqual(
        Array(4).fill('1.0 ii'),
      )
    }
    console.log(`12 apt roots with four packages each: ${Math.round(performance.now() - startedMs)} ms`)
  })
})
