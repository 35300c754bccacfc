import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { and, eq, lt, or, sql } from 'drizzle-orm'
import { passkeys } from '../../db/schema/auth.ts'
import { DomainError } from '../errors.ts'
import { passkeySite } from './passkey-challenges.ts'
import type { PasskeyAnswer, PasskeyAttestation } from './schema.ts'
import type { Stands } from './sessions.ts'
import { type AuthTx, authDatabase } from './store.ts'
import { tellRefusal } from './tell-refusal.ts'
import type { Visit } from './visit.ts'

const timeoutMs = 120_000
/** EdDSA, ES256, RS256. The library would ask for ML-DSA first, which Node still calls an experiment. */
const supportedAlgorithmIDs = [-8, -7, -257]
const unknown = 'This passkey is not known here. Take another way to sign in.'

/** The passkeys of a person, by age. */
export function listPasskeys(userId: string) {
  return authDatabase()
    .select({
      credentialId: passkeys.credentialId,
      name: passkeys.name,
      isBackedUp: passkeys.isBackedUp,
      createdAt: passkeys.createdAt,
      lastUsedAt: passkeys.lastUsedAt,
    })
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .orderBy(passkeys.createdAt, passkeys.credentialId)
}

const knownOf = (userId: string) =>
  authDatabase()
    .select({ id: passkeys.credentialId, transports: passkeys.transports })
    .from(passkeys)
    .where(eq(passkeys.userId, userId))

/** What a browser needs to make a passkey for this person: one that is found without an e-mail address and asks for finger, face or PIN. */
export async function offerPasskey(person: { userId: string; email: string; name: string }, challenge: string) {
  return generateRegistrationOptions({
    rpName: 'Patchward',
    rpID: passkeySite().rpId,
    userID: new TextEncoder().encode(person.userId),
    userName: person.email,
    userDisplayName: person.name,
    challenge: Buffer.from(challenge, 'base64url'),
    timeout: timeoutMs,
    attestationType: 'none',
    supportedAlgorithmIDs,
    excludeCredentials: await knownOf(person.userId),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

/**
 * Checks a new passkey against its ceremony. Throws `invalid` for one that does not fit, or that did not verify its user. Answers how to
 * keep it, for the transaction of whoever adds the factor; that throws `conflict` for a passkey that is somebody's already.
 */
export async function provePasskeyOffer(
  userId: string,
  input: { name: string; response: PasskeyAttestation },
  challenge: string,
  now: Date,
): Promise<(tx: AuthTx) => Promise<void>> {
  const { rpId, origin } = passkeySite()
  const { registrationInfo } = await refusing('invalid', () =>
    verifyRegistrationResponse({
      response: input.response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs,
    }),
  )
  if (!registrationInfo) throw new DomainError('invalid', 'This passkey could not be checked. Try again.')
  const { credential, credentialBackedUp } = registrationInfo
  const row = {
    credentialId: credential.id,
    userId,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: input.response.response.transports ?? [],
    name: input.name,
    isBackedUp: credentialBackedUp,
    createdAt: now,
  }
  return async (tx) => {
    const added = await tx.insert(passkeys).values(row).onConflictDoNothing().returning({ id: passkeys.credentialId })
    if (added.length === 0) throw new DomainError('conflict', 'This passkey is in use already.')
  }
}

/** What a browser needs to ask for a passkey: for nobody in particular, or for one of this person's. */
export async function askForPasskey(userId: string | null, challenge: string) {
  return generateAuthenticationOptions({
    rpID: passkeySite().rpId,
    challenge: Buffer.from(challenge, 'base64url'),
    timeout: timeoutMs,
    userVerification: 'required',
    allowCredentials: userId ? await knownOf(userId) : [],
  })
}

/**
 * Checks a passkey's answer to its ceremony and answers whose it is, and how to see later that it stands. `forbidden` for an unknown one, a wrong signature, another origin, a
 * user that was not verified, and a counter that did not rise: a copy of the passkey was used. One statement moves the counter.
 */
export async function checkPasskey(
  answer: PasskeyAnswer,
  challenge: string,
  visit: Visit,
): Promise<{ userId: string; stands: Stands }> {
  const [stored] = await authDatabase().select().from(passkeys).where(eq(passkeys.credentialId, answer.id))
  if (!stored) throw new DomainError('forbidden', unknown)
  const { userId, credentialId } = stored
  const { userHandle } = answer.response
  if (userHandle && Buffer.from(userHandle, 'base64url').toString() !== userId)
    throw new DomainError('forbidden', unknown)
  const { rpId, origin } = passkeySite()
  try {
    const { verified, authenticationInfo } = await refusing('forbidden', () =>
      verifyAuthenticationResponse({
        response: answer,
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: rpId,
        credential: {
          ...stored,
          id: credentialId,
          publicKey: new Uint8Array(Buffer.from(stored.publicKey, 'base64url')),
        },
        requireUserVerification: true,
      }),
    )
    if (!verified || !(await raiseCounter(credentialId, authenticationInfo.newCounter, visit.now)))
      throw new DomainError('forbidden', 'This passkey could not be checked. Try again.')
  } catch (error) {
    if (error instanceof DomainError) tellRefusal(userId, 'passkey refused', visit)
    throw error
  }
  const stands: Stands = async (tx) => {
    const rows = await tx
      .select({ userId: passkeys.userId })
      .from(passkeys)
      .where(eq(passkeys.credentialId, credentialId))
    return rows.length > 0
  }
  return { userId, stands }
}

/** Passkeys that are synchronised between devices do not count: theirs stays 0. */
async function raiseCounter(credentialId: string, counter: number, now: Date): Promise<boolean> {
  const isHigher = or(lt(passkeys.counter, counter), and(eq(passkeys.counter, 0), sql`${counter}::bigint = 0`))
  const raised = await authDatabase()
    .update(passkeys)
    .set({ counter, lastUsedAt: now })
    .where(and(eq(passkeys.credentialId, credentialId), isHigher))
    .returning({ credentialId: passkeys.credentialId })
  return raised.length > 0
}

/** The library throws plain errors for whatever does not fit; a lost database is none of them. */
async function refusing<T>(code: 'invalid' | 'forbidden', check: () => Promise<T>): Promise<T> {
  try {
    return await check()
  } catch {
    throw new DomainError(code, 'This passkey could not be checked. Try again.')
  }
}
