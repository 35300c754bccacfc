import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { open, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SigningKey } from '../../agent/wire/envelope.ts'

export const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey

/**
 * Puts these keys, and no others, into the file of order-signing keys: the worker that reads it meanwhile finds the old text or the new one.
 * Whose file it is and that nobody else reads it (0600) stays.
 */
export async function writeKeyFile(file: string, keys: readonly Pick<SigningKey, 'privateKey'>[]): Promise<void> {
  const former = await stat(file).catch(() => null)
  const draft = `${file}.new`
  const handle = await open(draft, 'w', 0o600)
  try {
    if (former) await handle.chown(former.uid, former.gid)
    await handle.writeFile(keys.map(({ privateKey }) => privateKey.export({ type: 'pkcs8', format: 'pem' })).join(''))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
  const folder = await open(dirname(file))
  await folder.sync().finally(() => folder.close())
}
