import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  type readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { checkNewStateFolder, checkStateFolder } from './check-state-folder.ts'

/** Sees each listing of a folder before anything in it is looked at. */
const world = vi.hoisted(() => ({ onListed: (_path: string) => {} }))
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<{ readdirSync: typeof readdirSync }>()
  const list = (path: string) => {
    const names = fs.readdirSync(path)
    world.onListed(path)
    return names
  }
  return { ...fs, readdirSync: list }
})

let outer: string
let state: string
beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), 'patchward-own-'))
  state = join(outer, 'state')
  mkdirSync(join(state, 'orders', 'ended'), { recursive: true, mode: 0o700 })
  for (const name of ['config.json', 'device-key.pem', 'orders/one.jsonl'])
    writeFileSync(join(state, name), '', { mode: 0o600 })
})
afterEach(() => {
  vi.restoreAllMocks()
  world.onListed = () => {}
  rmSync(outer, { recursive: true })
})

const at = (name: string) => join(state, name)
/** Puts the entry aside and a link to it in its place. */
function link(name: string): void {
  renameSync(at(name), join(outer, 'elsewhere'))
  symlinkSync(join(outer, 'elsewhere'), at(name))
}

test('a folder of its own is taken, also through a link of its own', () => {
  expect(() => checkStateFolder(state)).not.toThrow()
  symlinkSync(state, join(outer, 'link'))
  expect(() => checkStateFolder(join(outer, 'link'))).not.toThrow()
})

test('what another agent there takes away meanwhile is passed over: the lock tells of that agent', () => {
  const drafts = ['outbox.jsonl.new', 'orders/two.jsonl.new', 'orders/ended/three.jsonl.new']
  for (const draft of drafts) writeFileSync(at(draft), '', { mode: 0o600 })
  world.onListed = (path) => {
    for (const draft of drafts) if (dirname(at(draft)) === path) rmSync(at(draft))
  }
  expect(() => checkStateFolder(state)).not.toThrow()
  expect(drafts.some((draft) => existsSync(at(draft)))).toBe(false)
})

describe('the agent does not start in a state folder', () => {
  test.each([
    ['that others may write to', () => chmodSync(state, 0o777), 'can be written to by others (mode 0777)'],
    ['whose group may write to it', () => chmodSync(state, 0o770), 'can be written to by others (mode 0770)'],
    ['with orders that others may write', () => chmodSync(at('orders'), 0o722), 'can be written to by others'],
    ['with a key that others may read', () => chmodSync(at('device-key.pem'), 0o640), 'it must be 0600'],
    ['with a link for its key', () => link('device-key.pem'), 'is a link'],
    ['with a link for its config', () => link('config.json'), 'is a link'],
    ['with a link for its orders', () => link('orders'), 'is a link'],
    ['with a link for a journal', () => link('orders/one.jsonl'), 'is a link'],
    ['with a link that leads nowhere', () => symlinkSync('/nowhere', at('outbox.jsonl.new')), 'is a link'],
  ])('%s', (_, harm, words) => {
    harm()
    expect(() => checkStateFolder(state)).toThrow(words)
    expect(() => checkNewStateFolder(state)).toThrow(words)
  })

  test('that belongs to somebody else, or holds what does', () => {
    // Only root can give a file away; for everybody else the agent becomes the stranger.
    const strange = (path: string) => {
      if (process.geteuid?.() === 0) chownSync(path, 1234, 1234)
      else vi.spyOn(process, 'geteuid').mockReturnValue(1234)
    }
    strange(at('config.json'))
    expect(() => checkStateFolder(state)).toThrow('belongs to user')
    strange(state)
    expect(() => checkStateFolder(state)).toThrow('belongs to user')
  })
})

test('an enrolment takes an empty folder that is too open, and none that somebody filled', () => {
  const empty = join(outer, 'empty')
  mkdirSync(empty)
  chmodSync(empty, 0o777)
  expect(() => checkNewStateFolder(empty)).not.toThrow()
  expect(() => checkNewStateFolder(join(outer, 'not-there'))).not.toThrow()
  writeFileSync(join(empty, 'device-key.pem'), 'a key that somebody else knows', { mode: 0o600 })
  expect(() => checkNewStateFolder(empty)).toThrow('can be written to by others')
})
