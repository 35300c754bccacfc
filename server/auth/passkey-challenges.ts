import { randomBytes } from 'node:crypto'
import { and, eq, gt, lt } from 'drizzle-orm'
import { passkeyChallenges } from '../../db/schema/auth.ts'
import { hashToken, newToken } from '../secrets/secret-token.ts'
import { passkeyAddress } from './rules.ts'
import { authDatabase, authSettings } from './store.ts'

/** A ceremony of a browser takes at most this long. */
export const ceremonyMs = 5 * 60_000
export type CeremonyPurpose = 'register' | 'sign-in' | 'step-up'

/** Which host passkeys belong to, and the one origin they are used from: those of PUBLIC_URL. A bare loopback address can have none. */
export function passkeySite(): { rpId: string; origin: string } {
  const { publicUrl } = authSettings()
  const url = new URL(passkeyAddress(publicUrl) ?? publicUrl)
  return { rpId: url.hostname, origin: url.origin }
}

/** Begins a ceremony. `token` goes into a cookie of the browser, `challenge` into its passkey. */
export async function beginCeremony(
  purpose: CeremonyPurpose,
  userId: string | null,
  now: Date,
): Promise<{ token: string; challenge: string }> {
  const token = newToken()
  const challenge = randomBytes(32).toString('base64url')
  await authDatabase().delete(passkeyChallenges).where(lt(passkeyChallenges.expiresAt, now))
  await authDatabase()
    .insert(passkeyChallenges)
    .values({
      tokenHash: hashToken(token),
      challenge,
      purpose,
      userId,
      createdAt: now,
      expiresAt: new Date(now.getTime() + ceremonyMs),
    })
  return { token, challenge }
}

/** Takes the challenge of a ceremony, once; null for one that is over, was for something else, or for somebody else. */
export async function takeChallenge(
  token: string,
  purpose: CeremonyPurpose,
  userId: string | null,
  now: Date,
): Promise<string | null> {
  const [taken] = await authDatabase()
    .delete(passkeyChallenges)
    .where(
      and(
        eq(passkeyChallenges.tokenHash, hashToken(token)),
        eq(passkeyChallenges.purpose, purpose),
        gt(passkeyChallenges.expiresAt, now),
      ),
    )
    .returning({ challenge: passkeyChallenges.challenge, userId: passkeyChallenges.userId })
  return taken && taken.userId === userId ? taken.challenge : null
}
