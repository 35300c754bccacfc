import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { AgentConfig } from '../config.ts'
import { collectFacts } from '../facts/collect-facts.ts'
import type { AptRoot } from '../managers/apt/apt-root.ts'
import { waitForLocks } from '../managers/apt/package-locks.ts'
import type { PackageStore } from '../managers/apt/package-store.ts'
import { listInstalled } from '../managers/apt/read-installed.ts'
import { hashPackageState, scanMissing } from '../managers/apt/scan-missing.ts'
import { updateLists } from '../managers/apt/update-lists.ts'
import { cleanLine, cleanTail } from '../orders/clean-text.ts'
import { readTextIfThere, writeFileDurably } from '../state/durable-file.ts'
import { canonicalJson, type Json } from '../wire/canonical-json.ts'
import type { InventoryRequest, MissingSection, SectionHashes } from '../wire/door.ts'

interface StoredScan {
  /** What the sets were computed from; equal = they still hold. */
  stateHash: string
  inventory: InventoryRequest
}

const lockLimitMs = 10 * 60_000

/** What the device last saw of itself. The sections lie on the disk; only their hashes stay in memory. */
export class Inventory {
  readonly #path: string
  readonly #scratchDir: string
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

  /** The sections that the door asked for. */
  read(want: readonly (keyof SectionHashes)[]): InventoryRequest | null {
    const stored = this.#load()
    if (!stored) return null
    const { hashes, scannedAt, facts, packages, missing } = stored.inventory
    return {
      hashes,
      scannedAt,
      ...(want.includes('facts') ? { facts } : {}),
      ...(want.includes('packages') ? { packages } : {}),
      ...(want.includes('missing') ? { missing } : {}),
    }
  }

  /** Looks at the device. Says whether anything differs from the last look. */
  async refresh(config: AgentConfig, apt: AptRoot, store: PackageStore, now: () => Date): Promise<boolean> {
    await waitForLocks(apt, lockLimitMs)
    const listError = await updateLists(apt)
    const stateHash = hashOf([hashPackageState(apt), listError, store.list().map(({ sha256 }) => sha256)])
    const last = this.#load()
    const isSame = last?.stateHash === stateHash && last.inventory.missing?.trouble === ''
    const missing =
      isSame && last.inventory.missing
        ? last.inventory.missing
        : clean(await scanMissing(apt, store, this.#scratchDir, listError))
    const facts = collectFacts({
      root: config.aptRoot,
      hostName: config.hostName,
      tags: config.tags,
      architecture: apt.architecture,
    })
    const packages = await listInstalled(apt)
    const hashes = { facts: hashOf(facts), packages: hashOf(packages), missing: hashOf(missing) }
    const before = JSON.stringify(this.#hashes)
    this.#hashes = hashes
    const inventory: InventoryRequest = { hashes, scannedAt: now().toISOString(), facts, packages, missing }
    const stored: StoredScan = { stateHash, inventory }
    writeFileDurably(this.#path, JSON.stringify(stored))
    return before !== JSON.stringify(hashes)
  }

  #load(): StoredScan | null {
    const text = readTextIfThere(this.#path)
    // Written by `refresh` alone, in one piece.
    return text === null ? null : (JSON.parse(text) as StoredScan)
  }
}

/** SHA-256 hex of the canonical JSON; sections hold nothing but JSON. */
function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(value as Json))
    .digest('hex')
}

/** Texts of other programs as the door takes them. */
function clean(section: MissingSection): MissingSection {
  return {
    updates: section.updates.map((update) => ({ ...update, source: cleanLine(update.source, 300) })),
    sets: section.sets.map((set) => ({ ...set, undoReason: cleanLine(set.undoReason, 500) })),
    waiting: section.waiting.map(({ name, reason }) => ({ name, reason: cleanLine(reason, 300) })),
    trouble: cleanTail(section.trouble, 4_000),
  }
}
