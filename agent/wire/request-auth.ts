import { createHmac, hash, hkdfSync, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto'

/**
 * How a device proves each request. Header, one line:
 *   authorization: PW1-ED25519 device=<uuid>,time=<ms>,counter=<int>,sig=<base64>
 *   authorization: PW1-HMAC    device=<uuid>,time=<ms>,counter=<int>,sig=<base64>,hour=<int>
 * HMAC (key handed out on a signed request) serves check-in and poll; enrolment, permit and results are always signed.
 */
export interface RequestProof {
  scheme: 'PW1-ED25519' | 'PW1-HMAC'
  deviceId: string
  timeMs: number
  /** Rises with each request; the server accepts each value once within a window of 64. */
  counter: number
  signature: string
  /** HMAC only: hour number the session key was made for. */
  hour?: number
}

/** The clock of a device may be off by this much before requests are refused. */
export const maxClockSkewMs = 5 * 60_000

export interface RequestParts {
  method: string
  /** Path with query, as sent. */
  path: string
  body: Buffer | string
}

/** The text that is signed: method, path, body digest, time, counter. */
export function requestText(parts: RequestParts, deviceId: string, timeMs: number, counter: number): Buffer {
  const digest = hash('sha256', parts.body)
  return Buffer.from(`PW1\n${parts.method}\n${parts.path}\n${digest}\n${deviceId}\n${timeMs}\n${counter}`)
}

/** A session key as it came, or as a secret KeyObject: three times as fast where one key checks many requests. */
export type SessionKey = Buffer | KeyObject

/** Session key of one device and hour: HKDF of the server's secret; nothing about it is stored. */
export function sessionKeyFor(secret: string, deviceId: string, hour: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, `${hour}`, `patchward session ${deviceId}`, 32))
}

export function signRequest(
  parts: RequestParts,
  deviceId: string,
  timeMs: number,
  counter: number,
  key: KeyObject,
): string {
  const signature = sign(null, requestText(parts, deviceId, timeMs, counter), key).toString('base64')
  return `PW1-ED25519 device=${deviceId},time=${timeMs},counter=${counter},sig=${signature}`
}

export function macRequest(
  parts: RequestParts,
  deviceId: string,
  timeMs: number,
  counter: number,
  session: { key: SessionKey; hour: number },
): string {
  const mac = createHmac('sha256', session.key)
    .update(requestText(parts, deviceId, timeMs, counter))
    .digest('base64')
  return `PW1-HMAC device=${deviceId},time=${timeMs},counter=${counter},sig=${mac},hour=${session.hour}`
}

const headerForm =
  /^(PW1-ED25519|PW1-HMAC) device=([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}),time=(\d{1,15}),counter=(\d{1,15}),sig=([A-Za-z0-9+/=]{1,100})(?:,hour=(\d{1,9}))?$/

/** Null when the header is missing or not in the form above. */
export function parseProof(header: string | undefined): RequestProof | null {
  const match = header && header.length < 400 ? headerForm.exec(header) : null
  if (!match) return null
  const [, scheme, deviceId, time, counter, signature, hour] = match
  if (!deviceId || !signature || (scheme === 'PW1-HMAC') !== (hour !== undefined)) return null
  return {
    scheme: scheme === 'PW1-HMAC' ? 'PW1-HMAC' : 'PW1-ED25519',
    deviceId,
    timeMs: Number(time),
    counter: Number(counter),
    signature,
    ...(hour === undefined ? {} : { hour: Number(hour) }),
  }
}

export function isSignedBy(proof: RequestProof, parts: RequestParts, key: KeyObject): boolean {
  const text = requestText(parts, proof.deviceId, proof.timeMs, proof.counter)
  return verify(null, text, key, Buffer.from(proof.signature, 'base64'))
}

export function isMacValid(proof: RequestProof, parts: RequestParts, sessionKey: SessionKey): boolean {
  const text = requestText(parts, proof.deviceId, proof.timeMs, proof.counter)
  const expected = createHmac('sha256', sessionKey).update(text).digest()
  const given = Buffer.from(proof.signature, 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
