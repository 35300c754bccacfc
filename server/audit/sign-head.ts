import { type KeyObject, sign, verify } from 'node:crypto'
import { canonicalJson } from '../../agent/wire/canonical-json.ts'

/** The end of an MSP's chain when a UTC day was over. */
export interface ChainHead {
  mspId: string
  /** `2026-11-22`. */
  day: string
  position: number
  hash: string
}

/** Signs heads with a key that no other process and no database holds. */
export interface AuditSigner {
  keyId: string
  privateKey: KeyObject
}

const signedText = ({ mspId, day, position, hash }: ChainHead) =>
  Buffer.from(canonicalJson({ type: 'patchward.audit-head.v1', mspId, day, position, hash }))

/** Ed25519, base64. */
export function signHead(head: ChainHead, { privateKey }: AuditSigner): string {
  return sign(null, signedText(head), privateKey).toString('base64')
}

/** Did the holder of this key sign exactly this head? */
export function isHeadSigned(head: ChainHead, signature: string, publicKey: KeyObject): boolean {
  return verify(null, signedText(head), publicKey, Buffer.from(signature, 'base64'))
}
