import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createCleartextMessage, generateKey, readPrivateKey, sign } from 'openpgp'

/** A kept OpenPGP key: apt reads `publicKeyFile` (armored) through Signed-By. */
export type SigningKey = { publicKeyFile: string; clearSign: (text: string) => Promise<string> }

/** Opens the signing key in `folder`, making it on first use. Curve ed25519Legacy: the one every gpgv in use knows. */
export async function openSigningKey(folder: string): Promise<SigningKey> {
  const privateKeyFile = join(folder, 'private.asc')
  const publicKeyFile = join(folder, 'public.asc')
  if (!existsSync(privateKeyFile) || !existsSync(publicKeyFile)) {
    await mkdir(folder, { recursive: true })
    const made = await generateKey({
      type: 'ecc',
      curve: 'ed25519Legacy',
      userIDs: [{ name: 'Patchward device lab' }],
      format: 'armored',
    })
    await writeFile(publicKeyFile, made.publicKey, { mode: 0o644 })
    await writeFile(privateKeyFile, made.privateKey, { mode: 0o600 })
  }
  const signingKeys = await readPrivateKey({ armoredKey: await readFile(privateKeyFile, 'utf8') })
  return {
    publicKeyFile,
    clearSign: async (text) => sign({ message: await createCleartextMessage({ text }), signingKeys }),
  }
}
