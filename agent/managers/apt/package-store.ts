import { createHash } from 'node:crypto'
import { chmodSync, createReadStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readOwnText, syncFolder, writeFileDurably } from '../../state/durable-file.ts'

export type StoreOrigin = 'archive' | 'cache' | 'repacked'

/** A package file the agent keeps: `<sha256>.deb`. */
export interface StoredPackage {
  sha256: string
  name: string
  version: string
  architecture: string
  origin: StoreOrigin
  at: string
}

/** The agent's own store of package files, with an index; what is in it can be installed when the archive has forgotten it. */
export class PackageStore {
  readonly #dir: string
  readonly #indexPath: string
  #entries: StoredPackage[]

  constructor(stateDir: string) {
    this.#dir = join(stateDir, 'store')
    mkdirSync(this.#dir, { recursive: true, mode: 0o755 })
    this.#indexPath = join(this.#dir, 'index.json')
    // Written by `#save` alone, in one piece.
    const entries = JSON.parse(readOwnText(this.#indexPath) ?? '[]') as StoredPackage[]
    this.#entries = entries.filter(({ sha256 }) => existsSync(this.pathOf(sha256)))
  }

  pathOf(sha256: string): string {
    return join(this.#dir, `${sha256}.deb`)
  }

  /** The kept file of this exact version (and hash where one is given), a genuine one before a repacked one. */
  find(wanted: { name: string; version: string; sha256: string | null }): StoredPackage | null {
    const hits = this.#entries.filter(
      ({ name, version, sha256 }) =>
        name === wanted.name && version === wanted.version && (wanted.sha256 === null || sha256 === wanted.sha256),
    )
    return hits.find(({ origin }) => origin !== 'repacked') ?? hits[0] ?? null
  }

  list(): readonly StoredPackage[] {
    return this.#entries
  }

  /** Copies a file in under its hash; on the disk before it is in the index. */
  async add(file: string, about: Omit<StoredPackage, 'sha256' | 'at'>, at: string): Promise<StoredPackage> {
    const sha256 = await hashFile(file)
    const draft = join(this.#dir, `${sha256}.new`)
    try {
      await copyFile(file, draft)
      // The copy has the mode of what was copied: nobody else may write to it, whatever that was.
      chmodSync(draft, 0o644)
      if ((await hashFile(draft)) !== sha256) throw new Error(`${about.name} changed while it was copied`)
    } catch (error) {
      // On a full disk half a file would keep the room that the next try needs.
      rmSync(draft, { force: true })
      throw error
    }
    renameSync(draft, this.pathOf(sha256))
    syncFolder(this.#dir)
    const entry: StoredPackage = { sha256, ...about, at }
    this.#entries = [...this.#entries.filter((other) => other.sha256 !== sha256), entry]
    this.#save()
    return entry
  }

  /** True while the file still is what its name says: a store that was tampered with or has rotted is not installed from. */
  async isIntact(entry: StoredPackage): Promise<boolean> {
    const path = this.pathOf(entry.sha256)
    return existsSync(path) && statSync(path).isFile() && (await hashFile(path)) === entry.sha256
  }

  /** Keeps the newest `versionsKept` files of each package and those in `needed` (hashes); removes the rest. */
  prune(needed: ReadonlySet<string>, versionsKept = 3): void {
    const seen = new Map<string, number>()
    const kept = [...this.#entries]
      .sort((one, other) => (one.at < other.at ? 1 : -1))
      .filter(({ name, sha256 }) => {
        const count = (seen.get(name) ?? 0) + 1
        seen.set(name, count)
        return count <= versionsKept || needed.has(sha256)
      })
    if (kept.length === this.#entries.length) return
    const gone = this.#entries.filter((entry) => !kept.includes(entry))
    this.#entries = kept
    this.#save()
    for (const { sha256 } of gone) rmSync(this.pathOf(sha256), { force: true })
  }

  #save(): void {
    writeFileDurably(this.#indexPath, `${JSON.stringify(this.#entries, null, 1)}\n`)
  }
}

export function hashFile(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256')
    createReadStream(path)
      .on('data', (part) => hash.update(part))
      .once('error', reject)
      .once('end', () => resolve(hash.digest('hex')))
  })
}
