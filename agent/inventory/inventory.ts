import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { AgentConfig } from '../config.ts'
import { collectFacts } from '../facts/collect-facts.ts'
import { log, messageOf } from '../log.ts'
import type { AptRoot } from '../managers/apt/apt-root.ts'
import { findTrouble } from '../managers/apt/find-trouble.ts'
import { hashLists, hashStatus } from '../managers/apt/package-hashes.ts'
import { waitForLocks } from '../managers/apt/package-locks.ts'
import type { PackageStore } from '../managers/apt/package-store.ts'
import { listInstalled } from '../managers/apt/read-installed.ts'
import { type SimulatedGroups, scanMissing } from '../managers/apt/scan-missing.ts'
import { updateLists } from '../managers/apt/update-lists.ts'
import type { Mutex } from '../mutex.ts'
import { cleanLine, cleanTail } from '../orders/clean-text.ts'
import { readOwnText, writeFileDurably } from '../state/durable-file.ts'
import { canonicalJson, type Json } from '../wire/canonical-json.ts'
import type { FailedLook, InventoryRequest, MissingSection, SectionHashes } from '../wire/door.ts'
import { sayTrouble, troubleBeginnings } from '../wire/trouble.ts'
import { RefusedSections, type Section } from './refused-sections.ts'

interface StoredScan {
  /** What the sets were computed from; equal = they still hold. */
  stateHash: string
  simulated: SimulatedGroups | null
  inventory: InventoryRequest
}

/** Stands for the missing updates before the first look. */
const notLooked = '0'.repeat(64)
const maxRounds = 3
const lockLimitMs = 10 * 60_000

/** What the device last saw of itself. The sections lie on the disk; only their hashes stay in memory. */
export class Inventory {
  readonly #path: string
  readonly #scratchDir: string
  readonly #refused = new RefusedSections()
  #hashes: SectionHashes | null

  constructor(stateDir: string) {
    this.#path = join(stateDir, 'inventory.json')
    this.#scratchDir = join(stateDir, 'tmp')
    this.#hashes = this.#load()?.inventory.hashes ?? null
  }

  /** Hashes of the last look, null before the first. */
  get hashes(): SectionHashes | null {
    return this.#hashes
  }

  /** The sections that the door asked for, without what it refused as it is; null when nothing is left. */
  read(want: readonly Section[]): InventoryRequest | null {
    const stored = this.#load()
    if (!stored) return null
    const { hashes, scannedAt, ...sections } = stored.inventory
    const isSent = (section: Section) =>
      want.includes(section) &&
      sections[section] !== undefined &&
      this.#refused.wordsFor(section, hashes[section]) === ''
    const { facts, packages, missing } = sections
    const sent = {
      ...(isSent('facts') ? { facts } : {}),
      ...(isSent('packages') ? { packages } : {}),
      ...(isSent('missing') ? { missing } : {}),
    }
    return Object.keys(sent).length === 0 ? null : { hashes, scannedAt, ...sent }
  }

  /**
   * The door does not take this section as it was sent (`sentHash`): its reason is told in its place, so that the device page shows it.
   * Nothing when a look has changed the section since. Never throws.
   */
  noteRefusal(section: Section, sentHash: string, reason: string): void {
    try {
      const last = this.#load()
      if (last?.inventory.hashes[section] !== sentHash) return
      this.#refused.add(section, sentHash, reason)
      // Not even the reason is taken: nothing is left to say.
      if (section === 'missing' && !('updates' in (last.inventory.missing ?? {}))) return
      const { facts, packages } = last.inventory.hashes
      const missing = this.#withRefusals(last.inventory.missing ?? { trouble: '' }, facts, packages)
      const hashes = { facts, packages, missing: hashOf(missing) }
      this.#save({ ...last, stateHash: '', inventory: { ...last.inventory, hashes, missing } })
      this.#hashes = hashes
    } catch (error) {
      log('error', 'a refused inventory could not be written down', { reason: messageOf(error) })
    }
  }

  /** Facts and packages alone, in a moment: so that a new device shows itself before its first long look. */
  async refreshQuickly(config: AgentConfig, apt: AptRoot, now: () => Date): Promise<void> {
    const facts = factsOf(config, apt)
    const packages = await listInstalled(apt)
    const hashes = { facts: hashOf(facts), packages: hashOf(packages), missing: notLooked }
    this.#hashes = hashes
    this.#save({
      stateHash: '',
      simulated: null,
      inventory: { hashes, scannedAt: now().toISOString(), facts, packages },
    })
  }

  /**
   * Looks at the device. The long part runs beside everything else; only what is read at the end keeps changes away
   * (`packagesTurn`). What changed meanwhile is looked at again.
   */
  async refresh(
    config: AgentConfig,
    apt: AptRoot,
    store: PackageStore,
    packagesTurn: Mutex,
    now: () => Date,
  ): Promise<void> {
    const listError = await updateLists(apt)
    for (let round = 0; round < maxRounds; round += 1) {
      const last = this.#load()
      const status = hashStatus(apt)
      const stateHash = hashOf([hashLists(apt), status, store.list().map(({ sha256 }) => sha256)])
      const isSame = last?.stateHash === stateHash && last.inventory.missing !== undefined
      const scan = isSame ? null : await scanMissing(apt, store, this.#scratchDir, last?.simulated ?? null)
      const isOver = await packagesTurn.run(async () => {
        await waitForLocks(apt, lockLimitMs)
        const hasChanged = hashStatus(apt) !== status
        if (hasChanged && round + 1 < maxRounds) return false
        const found = scan?.missing ?? last?.inventory.missing
        if (!found) return true
        const unread = listError && sayTrouble(troubleBeginnings.listsUnread, listError)
        const trouble = [unread, await findTrouble(apt), scan?.missing.trouble ?? ''].filter((text) => text !== '')
        const facts = factsOf(config, apt)
        const packages = await listInstalled(apt)
        const known = { facts: hashOf(facts), packages: hashOf(packages) }
        const looked = clean({ ...found, trouble: trouble.join('\n') })
        const missing = this.#withRefusals(looked, known.facts, known.packages)
        const hashes = { ...known, missing: hashOf(missing) }
        const isReusable = 'updates' in missing && (scan === null || scan.simulated !== null)
        this.#save({
          stateHash: isReusable ? stateHash : '',
          simulated: scan?.simulated ?? last?.simulated ?? null,
          inventory: { hashes, scannedAt: now().toISOString(), facts, packages, missing },
        })
        this.#hashes = hashes
        return true
      })
      if (isOver) return
    }
  }

  /** The look ended with an error before it saw anything: the door is told so, and keeps what it knows. Never throws. */
  noteFailure(reason: string, now: () => Date): void {
    try {
      const last = this.#load()
      if (!last) return
      const missing = clean({ trouble: sayTrouble(troubleBeginnings.notLooked, reason) })
      const hashes = { ...last.inventory.hashes, missing: hashOf(missing) }
      const inventory = { ...last.inventory, hashes, scannedAt: now().toISOString(), missing }
      this.#save({ ...last, stateHash: '', inventory })
      this.#hashes = hashes
    } catch (error) {
      log('error', 'a failed look could not be written down', { reason: messageOf(error) })
    }
  }

  /** What is shown while the door refuses a section as it is: in its trouble, or, for the lists themselves, the reason alone. */
  #withRefusals(missing: MissingSection | FailedLook, facts: string, packages: string): MissingSection | FailedLook {
    const words = [this.#refused.wordsFor('facts', facts), this.#refused.wordsFor('packages', packages)]
    const added = words.filter((text) => text !== '' && !missing.trouble.includes(text))
    const shown = { ...missing, trouble: [missing.trouble, ...added].filter((text) => text !== '').join('\n') }
    const whole = clean(shown)
    const refused = this.#refused.wordsFor('missing', hashOf(whole))
    return refused === '' ? whole : clean({ trouble: [refused, ...words].filter((text) => text !== '').join('\n') })
  }

  #save(stored: StoredScan): void {
    writeFileDurably(this.#path, JSON.stringify(stored))
  }

  #load(): StoredScan | null {
    const text = readOwnText(this.#path)
    // Written by `refresh` alone, in one piece.
    return text === null ? null : (JSON.parse(text) as StoredScan)
  }
}

function factsOf(config: AgentConfig, apt: AptRoot) {
  const { aptRoot: root, hostName } = config
  return collectFacts({ root, hostName, architecture: apt.architecture })
}

/** SHA-256 hex of the canonical JSON; sections hold nothing but JSON. */
function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(value as Json))
    .digest('hex')
}

/** Texts of other programs as the door takes them. */
function clean(section: MissingSection | FailedLook): MissingSection | FailedLook {
  const trouble = cleanTail(section.trouble, 4_000)
  if (!('updates' in section)) return { trouble: trouble || `${troubleBeginnings.lookFailed}.` }
  return {
    updates: section.updates.map((update) => ({ ...update, source: cleanLine(update.source, 300) })),
    sets: section.sets.map((set) => ({ ...set, undoReason: cleanLine(set.undoReason, 500) })),
    waiting: section.waiting.map(({ name, reason }) => ({ name, reason: cleanLine(reason, 300) })),
    trouble,
  }
}
