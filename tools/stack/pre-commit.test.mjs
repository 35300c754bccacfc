import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkout } from './paths.mjs'

const folder = mkdtempSync(join(tmpdir(), 'patchward-hook-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// A hook of git itself may run these tests: its variables would lead to the repository around them.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')))
const git = (...args) => execFileSync('git', args, { cwd: folder, env, stdio: 'pipe' })

function commit(text) {
  writeFileSync(join(folder, 'one.ts'), text)
  git('add', 'one.ts')
  const person = ['-c', 'user.name=A', '-c', 'user.email=a@example.com']
  return spawnSync('git', [...person, 'commit', '-m', 'Add one'], { cwd: folder, env, encoding: 'utf8' })
}

test('a commit takes staged files only as Biome wants them, and installing puts the hook in place', () => {
  const { scripts } = JSON.parse(
    execFileSync(process.execPath, ['-p', 'JSON.stringify(require("./package.json"))'], { cwd: checkout }),
  )
  git('init', '--quiet')
  for (const name of ['.githooks', 'biome.json', '.gitignore'])
    cpSync(join(checkout, name), join(folder, name), { recursive: true })
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'))
  execFileSync('sh', ['-c', scripts.prepare], { cwd: folder, env })
  const refused = commit('export const one = "1";\n')
  expect(refused.status).toBe(1)
  expect(refused.stdout + refused.stderr).toContain('one.ts')
  expect(commit("export const one = '1'\n")).toMatchObject({ status: 0 })
})
