import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

export interface HashedFile {
  sha256: string
  sizeBytes: number
}

/** Answers hash and size of `file`, or null when it is not there; reads it again only when it was replaced. */
export function createFileHasher(file: string): () => Promise<HashedFile | null> {
  let kept: { version: string; hashed: Promise<HashedFile> } | undefined
  return async () => {
    const found = await stat(file).catch(() => null)
    if (!found?.isFile()) return null
    const version = `${found.ino} ${found.size} ${found.mtimeMs}`
    if (kept?.version !== version) kept = { version, hashed: hash(file, found.size) }
    return kept.hashed.catch((error) => {
      kept = undefined
      throw error
    })
  }
}

async function hash(file: string, sizeBytes: number): Promise<HashedFile> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(file), digest)
  return { sha256: digest.digest('hex'), sizeBytes }
}
