import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AgentConfig, loadConfig, saveConfig } from '../config.ts'
import type { RootsRequest } from '../wire/door.ts'
import { type Envelope, type KeyRoot, keyIdOf } from '../wire/envelope.ts'
import { exportRawPublicKey } from '../wire/keys.ts'
import { sealRoot } from '../wire/root.ts'
import { RootFollower } from './follow-roots.ts'

function makeKey() {
  const { privateKey } = generateKeyPairSync('ed25519')
  const publicKey = exportRawPublicKey(privateKey)
  return { keyid: keyIdOf(Buffer.from(publicKey, 'base64')), publicKey, privateKey }
}
const keys = [makeKey(), makeKey(), makeKey(), makeKey()]
const keyOf = (index: number) => {
  const key = keys[index]
  if (!key) throw new Error(`no key ${index}`)
  return key
}
/** Version n has key n - 1 alone, signed by the one before and by itself. */
const rootOf = (version: number): KeyRoot => {
  const { keyid, publicKey } = keyOf(version - 1)
  return { ...(version > 1 ? { version } : {}), threshold: 1, keys: [{ keyid, publicKey }] }
}
const sealed = (version: number) => sealRoot(rootOf(version), [keyOf(version - 2), keyOf(version - 1)])

let stateDir: string
let config: AgentConfig
let asked: RootsRequest[]
let published: unknown[]
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'patchward-roots-'))
  const stored: AgentConfig = {
    v: 1,
    deviceId: 'd',
    mspId: 'm',
    server: 'http://127.0.0.1:9',
    root: rootOf(1),
    aptRoot: '',
    hostName: null,
    checkInMs: 1_000,
    jitterMs: 0,
  }
  saveConfig(stateDir, stored)
  // As `run --apt-root` has it: for this run only.
  config = { ...stored, aptRoot: '/elsewhere' }
  asked = []
  published = [sealed(2), sealed(3)]
})
afterEach(() => rmSync(stateDir, { recursive: true }))

const ask = async (request: RootsRequest) => {
  asked.push(request)
  // As the door does: what follows, whatever it is.
  return { serverTime: '', roots: published.slice(request.after - 1) as Envelope[] }
}
const follower = () => new RootFollower({ stateDir, config, ask })
const stored = () => loadConfig(stateDir)

test('goes to the newest, keeps it, and tells the door how far it came; nothing else is asked afterwards', async () => {
  const roots = follower()
  await roots.follow(3)
  expect(config.root).toEqual(rootOf(3))
  expect(stored()).toMatchObject({ root: rootOf(3), aptRoot: '' })
  expect(asked).toEqual([
    { after: 1, refusal: null },
    { after: 3, refusal: null },
  ])
  await roots.follow(3)
  expect(asked).toHaveLength(2)
  // Another life knows nothing of what was told.
  await follower().follow(3)
  expect(asked.slice(2)).toEqual([{ after: 3, refusal: null }])
})

test('where there was no rotation, or the door knows none, nothing is asked', async () => {
  const roots = follower()
  await roots.follow(1)
  await roots.follow(undefined)
  expect(asked).toEqual([])
})

test('each root is on the disk before it is used, and before the next one is looked at', async () => {
  const seen: [number | undefined, number | undefined][] = []
  const observe = (root: KeyRoot) => seen.push([root.version, stored().root.version])
  await new RootFollower({ stateDir, config, ask, observe }).follow(3)
  expect(seen).toEqual([
    [2, undefined],
    [3, 2],
  ])
})

test('what does not follow is refused and told once; the pinned root stays, on the disk too', async () => {
  published = [sealed(2), sealRoot(rootOf(3), [keyOf(3)])]
  const roots = follower()
  await roots.follow(3)
  expect(config.root).toEqual(rootOf(2))
  expect(stored().root).toEqual(rootOf(2))
  const refusal = 'it is not signed by enough of the keys that are trusted now'
  expect(asked).toEqual([
    { after: 1, refusal: null },
    { after: 2, refusal },
  ])
  await roots.follow(3)
  expect(asked.slice(2)).toEqual([{ after: 2, refusal: null }])
})

test('a door whose answers go to and fro between refusals is told one, and the next waits for the next check-in', async () => {
  const answers = [[sealRoot(rootOf(2), [keyOf(3)])], ['nonsense']]
  const told: (string | null)[] = []
  const roots = new RootFollower({
    stateDir,
    config,
    ask: async ({ refusal }) => {
      told.push(refusal)
      if (told.length > 20) throw new Error('asked without end')
      // What a door may say though it should not.
      return { serverTime: '', roots: answers[told.length % 2] as Envelope[] }
    },
  })
  await roots.follow(3)
  expect(told).toEqual([null, 'it is not written as agreed'])
  await roots.follow(3)
  expect(told.length).toBeLessThanOrEqual(4)
})

test('one check-in asks ten times at most, and the next goes on from there', async () => {
  const [only] = keys
  if (!only) throw new Error('no key')
  const { keyid, publicKey } = only
  const drip = async ({ after }: RootsRequest) => {
    asked.push({ after, refusal: null })
    const version = after + 1
    return { serverTime: '', roots: [sealRoot({ version, threshold: 1, keys: [{ keyid, publicKey }] }, [only])] }
  }
  const roots = new RootFollower({
    stateDir,
    config,
    ask: (request) => (asked.length < 40 ? drip(request) : Promise.reject(new Error('asked without end'))),
  })
  await roots.follow(30)
  expect(asked).toHaveLength(10)
  expect(config.root.version).toBe(11)
  await roots.follow(30)
  expect(asked[10]?.after).toBe(11)
})

test('an agent that ends asks no more', async () => {
  const abort = new AbortController()
  const observe = () => abort.abort()
  await new RootFollower({ stateDir, config, ask, observe, signal: abort.signal }).follow(3)
  expect(asked).toEqual([{ after: 1, refusal: null }])
})

test('a door that has fewer than before takes nothing back', async () => {
  const roots = follower()
  await roots.follow(3)
  published = []
  await roots.follow(1)
  expect(config.root).toEqual(rootOf(3))
  expect(stored().root).toEqual(rootOf(3))
})

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['no list', { 0: 'x' }],
  ['nonsense', ['x', null]],
])('a door that answers %s changes nothing and ends nothing', async (_, roots) => {
  // What a door may say though it should not.
  const answer = { serverTime: '', roots: roots as Envelope[] }
  const odd = new RootFollower({ stateDir, config, ask: async () => answer })
  await odd.follow(2)
  expect(stored().root).toEqual(rootOf(1))
})

test('a door that is away ends nothing, and the next check-in goes on', async () => {
  let isAway = true
  const roots = new RootFollower({
    stateDir,
    config,
    ask: (request) => (isAway ? Promise.reject(new Error('connect ECONNREFUSED')) : ask(request)),
  })
  await roots.follow(3)
  expect(config.root).toEqual(rootOf(1))
  isAway = false
  await roots.follow(3)
  expect(config.root).toEqual(rootOf(3))
})

test('what cannot be kept is not used', async () => {
  rmSync(join(stateDir, 'config.json'))
  await follower().follow(3)
  expect(config.root).toEqual(rootOf(1))
  expect(readdirSync(stateDir)).toEqual([])
})
