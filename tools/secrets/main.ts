import { resealTotpSeeds } from '../../server/auth/reseal-totp-seeds.ts'
import { closeAuth, connectAuth } from '../../server/auth/store.ts'
import { postgresUrl, readEnv, secretKeys } from '../../server/env/read-env.ts'
import { setKeyRing } from '../../server/secrets/key-ring.ts'
import type { StoredPurpose } from '../../server/secrets/seal-secret.ts'
import { runTool } from '../run-tool.ts'

/** How each kind of stored secret is sealed anew: a new kind does not compile without. */
const reseals: Record<StoredPurpose, () => Promise<number>> = { 'totp-seed': resealTotpSeeds }

/** `node tools/secrets/main.ts`: seals every stored secret under the first key of SECRET_KEYS; the others open what is there. */
async function main(): Promise<void> {
  const env = readEnv('secrets', { AUTH_DATABASE_URL: postgresUrl, SECRET_KEYS: secretKeys })
  setKeyRing(env.SECRET_KEYS)
  // Nobody signs in here: neither the secret nor the address is used.
  connectAuth({ databaseUrl: env.AUTH_DATABASE_URL, secret: '', publicUrl: 'http://localhost' })
  let count = 0
  for (const reseal of Object.values(reseals)) count += await reseal()
  console.log(`${count} secrets sealed anew under the key ${env.SECRET_KEYS.current}.`)
}

await runTool(main, closeAuth)
