import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { keyIdOf } from '../../agent/wire/envelope.ts'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'

/** Public Ed25519 keys (PEM, several to a file) by their ids. Throws one sentence for a file that holds none. */
export async function readKeys(files: readonly string[]): Promise<ReadonlyMap<string, KeyObject>> {
  const keys = new Map<string, KeyObject>()
  for (const file of files) {
    const blocks = (await readFile(file, 'utf8')).match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g)
    if (!blocks) throw new Error(`${file} holds no public key (-----BEGIN PUBLIC KEY-----)`)
    for (const block of blocks) {
      const key = createPublicKey(block)
      if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${file} holds a key that is not Ed25519`)
      keys.set(keyIdOf(Buffer.from(exportRawPublicKey(key), 'base64')), key)
    }
  }
  return keys
}
