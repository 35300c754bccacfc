import { and, eq, lt } from 'drizzle-orm'
import { generateSecret, generateURI, verify } from 'otplib'
import { encode } from 'uqr'
import { totpFactors } from '../../db/schema/auth.ts'
import { DomainError } from '../errors.ts'
import { keyRing } from '../secrets/key-ring.ts'
import { openSecret } from '../secrets/open-secret.ts'
import { sealSecret } from '../secrets/seal-secret.ts'
import { countTry, forgetTries } from './rate-limits.ts'
import { type AuthTx, authDatabase, authSettings } from './store.ts'
import { tellRefusal } from './tell-refusal.ts'
import type { Visit } from './visit.ts'

const stepSeconds = 30

export interface TotpOffer {
  /** Comes back with the first code; nothing is stored until then. Opens for this person only, for `offerMs`. */
  sealedSeed: string
  /** The seed in groups of four, to type. */
  text: string
  /** The QR code as the path of an SVG of `size` x `size`. */
  qr: { size: number; path: string }
}

/** Time to scan a seed, or to type it, and to show its first code. */
export const offerMs = 15 * 60_000

/** A new authenticator seed for this person, to scan or to type. */
export function offerTotp(person: { userId: string; email: string }, now: Date): TotpOffer {
  const secret = generateSecret()
  const issuer = `Patchward ${new URL(authSettings().publicUrl).hostname}`
  const { size, data } = encode(generateURI({ issuer, label: person.email, secret }), { border: 2 })
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  const text = secret.match(/.{1,4}/g)?.join(' ') ?? secret
  const offer = `${now.getTime() + offerMs} ${secret}`
  return { sealedSeed: sealSecret('totp-offer', person.userId, offer), text, qr: { size, path } }
}

/** The time step whose code this is, up to one step around now; null for another code. */
async function stepOf(seed: string, code: string, now: Date): Promise<number | null> {
  const epoch = Math.floor(now.getTime() / 1000)
  const result = await verify({ secret: seed, token: code, epoch, period: stepSeconds, epochTolerance: stepSeconds })
  return result.valid && 'timeStep' in result ? result.timeStep : null
}

/** Counts a try of a person's second factor. Throws `too-many`. */
export async function countFactorTry(userId: string): Promise<void> {
  await countTry('second-factor', userId)
  await countTry('second-factor-day', userId)
}

/**
 * Checks that the person's app shows the codes of an offered seed. Throws `invalid` for a wrong code and for an offer that is over or not theirs;
 * `too-many`. Answers how to keep it, for the transaction of whoever adds the factor: from then on this code is used up.
 */
export async function proveTotpOffer(
  userId: string,
  input: { sealedSeed: string; code: string },
  now: Date,
): Promise<(tx: AuthTx) => Promise<void>> {
  await countFactorTry(userId)
  const seed = openOffer(userId, input.sealedSeed, now)
  const step = await stepOf(seed, input.code, now)
  if (step === null)
    throw new DomainError('invalid', 'This code is not the one your app shows now. Check the clock of your phone.')
  await forgetTries('second-factor', userId)
  return async (tx) => {
    // Sealed anew: the offer may be from before a rotation, and its key on the way out.
    const sealedSeed = sealSecret('totp-seed', userId, seed)
    const value = { sealedSeed, createdAt: now, lastStep: step }
    await tx
      .insert(totpFactors)
      .values({ userId, ...value })
      .onConflictDoUpdate({ target: totpFactors.userId, set: value })
  }
}

function openOffer(userId: string, sealedSeed: string, now: Date): string {
  const over = new DomainError('invalid', 'This code to scan is not valid any more. Begin again.')
  // A process without keys is no fault of the person's. What does not open is: altered, somebody else's, or older than its key.
  keyRing()
  let offer: string
  try {
    offer = openSecret('totp-offer', userId, sealedSeed)
  } catch {
    throw over
  }
  const [until = '', seed = ''] = offer.split(' ')
  if (Number(until) < now.getTime()) throw over
  return seed
}

/**
 * Checks a code of the person's app, once: one statement takes its time step, so that neither it nor an older one gets in again, not even
 * at the same moment. `forbidden` for a wrong or used code and where there is no app; `too-many` before anything is looked at.
 */
export async function checkTotp(userId: string, code: string, visit: Visit): Promise<void> {
  await countFactorTry(userId)
  const [factor] = await authDatabase()
    .select({ sealedSeed: totpFactors.sealedSeed })
    .from(totpFactors)
    .where(eq(totpFactors.userId, userId))
  const step = factor ? await stepOf(openSecret('totp-seed', userId, factor.sealedSeed), code, visit.now) : null
  const taken = step === null ? [] : await takeStep(userId, step)
  if (taken.length === 0) {
    tellRefusal(userId, step === null ? 'wrong authenticator code' : 'authenticator code used before', visit)
    throw new DomainError(
      'forbidden',
      'This code does not fit. Wait for the next one that your app shows, and take that.',
    )
  }
  await forgetTries('second-factor', userId)
}

function takeStep(userId: string, step: number) {
  return authDatabase()
    .update(totpFactors)
    .set({ lastStep: step })
    .where(and(eq(totpFactors.userId, userId), lt(totpFactors.lastStep, step)))
    .returning({ userId: totpFactors.userId })
}
