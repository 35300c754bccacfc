import { chmod, chown, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostArchitecture } from './find-missing-programs.ts'
import { runProgram } from './run-program.ts'
import type { TestArchive } from './testing.ts'
import { makeTestArchive } from './testing.ts'

// Any uid will do that owns nothing here; it needs no entry in the user database.
const uid = 64_321
const isRoot = process.getuid?.() === 0

let archive: TestArchive
beforeAll(async () => {
  archive = await makeTestArchive()
  await archive.repository.publish({ name: 'lab-svc', version: '2.0' }, { name: 'lab-svc', version: '3.0' })
})
afterAll(() => archive.remove())

test('a normal user makes a root, upgrades, fails with iF and goes back', async ({ skip }) => {
  // A normal user runs every other test of this folder as itself; only root has to step down for it.
  skip(!isRoot, 'only root can step down to another user; the other lab tests just ran as a normal user')
  const { program, node } = await placeReadableByAll(archive.folder)
  const input = {
    path: join(archive.folder, 'users', 'root'),
    archive: {
      url: archive.server.url,
      publicKeyFile: archive.repository.publicKeyFile,
      architecture: await hostArchitecture(),
    },
  }
  // The PATH of many normal users: no sbin folder.
  const env = { ...process.env, PATH: '/usr/bin:/bin', HOME: join(archive.folder, 'users') }
  const stepDown = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
  const result = await runProgram('setpriv', [...stepDown, node, program, JSON.stringify(input)], { env, cwd: '/' })
  expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(result.stdout)).toEqual({
    uid,
    first: '1.0',
    upgraded: { code: 0, version: '2.0' },
    failed: { code: 100, state: { name: 'lab-svc', version: '3.0', status: 'iF' } },
    repair: { code: 1, isPostinstRun: true },
    back: { code: 0, version: '2.0', audit: '' },
    upgrades: ['1.0 2.0', '2.0 3.0', '3.0 2.0'],
  })
}, 30_000)

/** The checkout and the Node binary may lie where only root may look: copies that anyone can read. */
async function placeReadableByAll(folder: string): Promise<{ program: string; node: string }> {
  await chmod(folder, 0o755)
  const code = join(folder, 'code')
  await mkdir(code)
  for (const name of await readdir(import.meta.dirname)) {
    if (name.endsWith('.ts')) await copyFile(join(import.meta.dirname, name), join(code, name))
  }
  await writeFile(join(code, 'package.json'), '{"type":"module"}')
  const node = join(folder, 'node')
  await copyFile(process.execPath, node)
  await mkdir(join(folder, 'users'))
  await chown(join(folder, 'users'), uid, uid)
  return { program: join(code, 'normal-user.fixture.ts'), node }
}
