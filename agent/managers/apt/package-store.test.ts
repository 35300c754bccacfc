import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PackageStore } from './package-store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchward-store-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function add(store: PackageStore, version: string, origin: 'archive' | 'repacked' = 'archive') {
  const file = join(folder, `${version}-${origin}`)
  writeFileSync(file, `lab ${version} ${origin}`)
  return store.add(file, { name: 'lab', version, architecture: 'all', origin }, `2026-11-0${version[0]}T00:00:00.000Z`)
}

test('finds by name, version and hash, over restarts, a genuine file before a repacked one', async () => {
  const store = new PackageStore(folder)
  await add(store, '1.0', 'repacked')
  const genuine = await add(store, '1.0')
  const again = new PackageStore(folder)
  expect(again.find({ name: 'lab', version: '1.0', sha256: null })).toEqual(genuine)
  expect(again.find({ name: 'lab', version: '1.0', sha256: '0'.repeat(64) })).toBeNull()
  expect(again.find({ name: 'lab', version: '1.1', sha256: null })).toBeNull()
})

test('does not call a file intact that was changed or lost', async () => {
  const store = new PackageStore(folder)
  const entry = await add(store, '1.0')
  expect(await store.isIntact(entry)).toBe(true)
  appendFileSync(store.pathOf(entry.sha256), 'x')
  expect(await store.isIntact(entry)).toBe(false)
  rmSync(store.pathOf(entry.sha256))
  expect(await store.isIntact(entry)).toBe(false)
  expect(new PackageStore(folder).list()).toEqual([])
})

test('keeps the newest three of a package and what is needed', async () => {
  const store = new PackageStore(folder)
  const entries = []
  for (const version of ['1.0', '2.0', '3.0', '4.0', '5.0']) entries.push(await add(store, version))
  const [oldest, second] = entries
  store.prune(new Set([oldest?.sha256 ?? '']))
  expect(store.list().map(({ version }) => version)).toEqual(expect.arrayContaining(['1.0', '3.0', '4.0', '5.0']))
  expect(existsSync(store.pathOf(second?.sha256 ?? ''))).toBe(false)
  expect(existsSync(store.pathOf(oldest?.sha256 ?? ''))).toBe(true)
})
