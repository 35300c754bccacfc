import { canonicalJson, type Json } from './canonical-json.ts'
import {
  type Envelope,
  isEnvelopeTrusted,
  type KeyRoot,
  plainRoot,
  rootFingerprint,
  type SigningKey,
  sealEnvelope,
  versionOf,
} from './envelope.ts'
import { importRawPublicKey } from './keys.ts'
import { envelopeSchema, keyRootSchema } from './schema.ts'

/** Apart from that of orders: what was signed as the one is never read as the other. */
export const rootPayloadType = 'application/vnd.patchward.root.v1+json'

export type NextRoot = { root: KeyRoot; refusal?: undefined } | { root?: undefined; refusal: string }

/** Signs a root; `keys` should meet the threshold of the root before it and its own. */
export function sealRoot(root: KeyRoot, keys: readonly SigningKey[]): Envelope {
  return sealEnvelope(rootPayloadType, plainRoot(root), keys)
}

/**
 * The root in `given`, if it may take the place of `pinned`: signed as `pinned` asks and as it asks itself (so nobody publishes a key
 * that nobody holds), and exactly one version on. Else the reason as a sentence.
 */
export function readNextRoot(pinned: KeyRoot, given: unknown): NextRoot {
  const envelope = envelopeSchema.safeParse(given)
  if (!envelope.success) return refuse('it is not written as agreed')
  const { payloadType, payload } = envelope.data
  if (payloadType !== rootPayloadType) return refuse('it was not signed as a root')
  if (!isEnvelopeTrusted(envelope.data, pinned, importRawPublicKey))
    return refuse('it is not signed by enough of the keys that are trusted now')
  const root = parseRoot(payload)
  if (!root) return refuse('it is not written as agreed')
  if (versionOf(root) !== versionOf(pinned) + 1)
    return refuse(`it is version ${versionOf(root)}, and only ${versionOf(pinned) + 1} follows ${versionOf(pinned)}`)
  if (!isEnvelopeTrusted(envelope.data, root, importRawPublicKey))
    return refuse('it is not signed by enough of its own keys')
  return { root }
}

const refuse = (refusal: string): NextRoot => ({ refusal })

/** Null for anything but the one text of a sound root. */
function parseRoot(payload: string): KeyRoot | null {
  const text = Buffer.from(payload, 'base64').toString('utf8')
  try {
    const value: Json = JSON.parse(text)
    const parsed = keyRootSchema.safeParse(value)
    return parsed.success && canonicalJson(value) === text ? parsed.data : null
  } catch {
    return null
  }
}

/**
 * The newest root of a chain that begins with `first`, each signed by the one before it. Throws a sentence when one is not, or when none of
 * them has one of `fingerprints`: what was named by a token that is older than the last rotation still leads to the newest.
 */
export function followChain(first: KeyRoot, later: readonly unknown[], fingerprints: readonly string[]): KeyRoot {
  let newest = first
  const passed = new Set([rootFingerprint(first)])
  for (const given of later) {
    const { root, refusal } = readNextRoot(newest, given)
    if (!root)
      throw new Error(`the door showed a root after version ${versionOf(newest)} that cannot be trusted: ${refusal}`)
    newest = root
    passed.add(rootFingerprint(root))
  }
  if (!fingerprints.every((each) => passed.has(each.toLowerCase())))
    throw new Error('the door showed other signing keys than the token names: not enrolled')
  return newest
}
