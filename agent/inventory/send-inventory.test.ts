import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DoorRefusal, toRefusal } from '../door/door-client.ts'
import { collectFacts } from '../facts/collect-facts.ts'
import type { InventoryRequest } from '../wire/door.ts'
import { Inventory } from './inventory.ts'
import type { Section } from './refused-sections.ts'
import { InventorySender } from './send-inventory.ts'

const all: Section[] = ['facts', 'packages', 'missing']
const hash = (letter: string) => letter.repeat(64)
let folder: string
let inventory: Inventory
/** What the door took, and what it refuses now. */
let taken: InventoryRequest[]
let asked: number
let refuse: (request: InventoryRequest) => Error | null
let sender: InventorySender
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchward-show-'))
  const missing = { updates: [], sets: [], waiting: [], trouble: '' }
  const facts = collectFacts({ root: '', hostName: 'shown' })
  const hashes = { facts: hash('a'), packages: hash('b'), missing: hash('c') }
  const first = { hashes, scannedAt: '2026-11-22T00:00:00.000Z', facts, packages: [], missing }
  writeFileSync(join(folder, 'inventory.json'), JSON.stringify({ stateHash: 'x', simulated: null, inventory: first }))
  inventory = new Inventory(folder)
  taken = []
  asked = 0
  refuse = () => null
  sender = new InventorySender(inventory, async (request) => {
    asked += 1
    const refusal = refuse(request)
    if (refusal) throw refusal
    taken.push(request)
  })
})
afterEach(() => rmSync(folder, { recursive: true }))

/** As the door itself says it. */
const refusal = (status: number, retryAfterMs = 0) =>
  new DoorRefusal(
    status,
    status < 429 ? (status === 413 ? 'too-large' : 'malformed') : 'unavailable',
    'packages.3.version: Invalid',
    retryAfterMs,
  )
const sentSections = () => taken.map((request) => all.filter((section) => request[section] !== undefined).join(' '))
/** Asks for what the door would want by the hashes, until nothing more is shown. */
async function showUntilQuiet() {
  for (let time = 0; time < 5; time += 1) if ((await sender.show(all)) === null) return
  throw new Error('it never comes to rest')
}

describe('an inventory that the door', () => {
  test('takes is sent whole', async () => {
    expect(await sender.show(all)).toBeNull()
    expect(sentSections()).toEqual(['facts packages missing'])
  })

  test('cannot take now waits by itself, five minutes at most, whatever it was told', async () => {
    const asks = new DoorRefusal(401, 'unauthenticated', 'not signed', 86_400_000)
    for (const answer of [refusal(503, 86_400_000), refusal(429, 86_400_000), asks]) {
      refuse = () => answer
      const fresh = new InventorySender(inventory, () => Promise.reject(answer))
      const pauseMs = (await fresh.show(all)) ?? 0
      expect(pauseMs).toBeGreaterThanOrEqual(5 * 60_000)
      expect(pauseMs).toBeLessThanOrEqual(6 * 60_000)
    }
    await sender.show(all)
    await sender.show(all)
    expect(asked).toBe(1)
    expect(inventory.read(all)?.missing?.trouble).toBe('')
  })

  test.each([403, 404, 405, 400])(
    'did not answer itself (%i of a proxy) waits by itself, and nothing is refused',
    async (status) => {
      refuse = () => toRefusal(status, null, 0)
      expect(await sender.show(all)).toBeGreaterThan(0)
      expect(asked).toBe(1)
      expect(inventory.read(all)).toMatchObject({ packages: [], missing: { trouble: '' } })
    },
  )

  test.each([
    [404, 'not-found'],
    [403, 'token-refused'],
  ])('answers %i %s without a word about what was said keeps it for later', async (status, code) => {
    refuse = () => toRefusal(status, { error: { code, message: 'no' } }, 0)
    expect(await sender.show(all)).toBeGreaterThan(0)
    expect(asked).toBe(1)
    expect(inventory.read(all)).toMatchObject({ packages: [], missing: { trouble: '' } })
  })

  test('refuses while the next look is written down leaves that look alone: it was never sent', async () => {
    const path = join(folder, 'inventory.json')
    refuse = ({ packages }) => {
      if (!packages) return null
      const stored = JSON.parse(readFileSync(path, 'utf8'))
      stored.inventory.hashes.packages = hash('d')
      writeFileSync(path, JSON.stringify(stored))
      return refusal(400)
    }
    await sender.show(['packages'])
    refuse = () => null
    await showUntilQuiet()
    expect(taken.at(-1)).toMatchObject({ hashes: { packages: hash('d') }, packages: [], missing: { trouble: '' } })
  })

  test('will never take as it is: the good sections go alone, the reason in place of the bad one, and then it rests', async () => {
    refuse = ({ packages }) => (packages ? refusal(400) : null)
    expect(await sender.show(all)).toBe(1_000)
    expect(sentSections()).toEqual(['facts', 'missing'])
    await showUntilQuiet()
    const words = 'The service does not take the list of its packages: the door answered 400 malformed: packages.3'
    expect(taken.at(-1)?.missing?.trouble).toContain(words)
    const before = asked
    expect(inventory.read(['packages'])).toBeNull()
    await sender.show(['packages'])
    expect(asked).toBe(before)
  })

  test.each([400, 413])('answers %i for the lists gets the reason alone, and no list', async (status) => {
    refuse = ({ missing }) => (missing && 'updates' in missing ? refusal(status) : null)
    await showUntilQuiet()
    expect(taken.at(-1)?.missing).toEqual({ trouble: expect.stringContaining('does not take what this device lacks') })
    expect(inventory.hashes?.missing).toBe(taken.at(-1)?.hashes.missing)
    // The next look begins anew: what stands in the file is no list.
    expect(JSON.parse(readFileSync(join(folder, 'inventory.json'), 'utf8')).stateHash).toBe('')
  })

  test('cannot get through at all, since a proxy finds it too large (413), is told so', async () => {
    refuse = ({ missing }) => (missing && 'updates' in missing ? toRefusal(413, null, 0) : null)
    await showUntilQuiet()
    expect(taken.at(-1)?.missing?.trouble).toContain('does not take what this device lacks')
  })

  test('refuses in all it says does not make a loop', async () => {
    refuse = () => refusal(422)
    await showUntilQuiet()
    expect(taken).toEqual([])
    expect(asked).toBeLessThan(10)
  })
})
