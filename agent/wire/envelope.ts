import { createHash, type KeyObject, sign, verify } from 'node:crypto'
import { canonicalJson, type Json } from './canonical-json.ts'

/** A DSSE envelope (secure-systems-lab/dsse v1.0.2): payload and signatures in base64. */
export interface Envelope {
  payloadType: string
  payload: string
  signatures: { keyid: string; sig: string }[]
}

export const orderPayloadType = 'application/vnd.patchward.order.v1+json'

/** The keys a device trusts for orders: raw Ed25519 public keys by key id. Pinned at enrolment, then each by the one before it (`root.ts`). */
export interface KeyRoot {
  /** 2, 3 … ; the first root says none, as it did before roots could follow one another. */
  version?: number
  /** Distinct keys that must have signed. */
  threshold: number
  keys: { keyid: string; publicKey: string }[]
}

/** Key id: SHA-256 of the raw public key, first 16 bytes in hex. */
export function keyIdOf(rawPublicKey: Buffer): string {
  return createHash('sha256').update(rawPublicKey).digest('hex').slice(0, 32)
}

export const versionOf = (root: KeyRoot): number => root.version ?? 1

/** A root as it is signed and fingerprinted. */
export function plainRoot({ version, threshold, keys }: KeyRoot): { [member: string]: Json | undefined } {
  return { version, threshold, keys: keys.map(({ keyid, publicKey }) => ({ keyid, publicKey })) }
}

/** Fingerprint of a root: SHA-256 over its canonical JSON; travels with the enrolment token. */
export function rootFingerprint(root: KeyRoot): string {
  return createHash('sha256')
    .update(canonicalJson(plainRoot(root)))
    .digest('hex')
}

/** DSSE pre-authentication encoding: what is signed. */
export function preAuthEncoding(payloadType: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `
  return Buffer.concat([Buffer.from(head), payload])
}

export interface SigningKey {
  keyid: string
  privateKey: KeyObject
}

/** Signs canonical JSON of `payload` with each key. */
export function sealEnvelope(payloadType: string, payload: Json, keys: readonly SigningKey[]): Envelope {
  const bytes = Buffer.from(canonicalJson(payload))
  const signed = preAuthEncoding(payloadType, bytes)
  return {
    payloadType,
    payload: bytes.toString('base64'),
    signatures: keys.map(({ keyid, privateKey }) => ({
      keyid,
      sig: sign(null, signed, privateKey).toString('base64'),
    })),
  }
}

/**
 * True when at least `threshold` distinct keys of the root signed this envelope; a key under two ids is one key.
 * `importKey` turns a raw public key (base64) into a key object, so that callers can cache.
 */
export function isEnvelopeTrusted(
  envelope: Envelope,
  root: KeyRoot,
  importKey: (publicKey: string) => KeyObject,
): boolean {
  const signed = preAuthEncoding(envelope.payloadType, Buffer.from(envelope.payload, 'base64'))
  const good = new Set<string>()
  for (const { keyid, sig } of envelope.signatures) {
    const key = root.keys.find((candidate) => candidate.keyid === keyid)
    if (key && verify(null, signed, importKey(key.publicKey), Buffer.from(sig, 'base64'))) good.add(key.publicKey)
  }
  return root.threshold > 0 && good.size >= root.threshold
}
