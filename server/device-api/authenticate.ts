import type { FastifyRequest } from 'fastify'
import { isMacValid, isSignedBy, maxClockSkewMs, parseProof, type RequestProof } from '../../agent/wire/request-auth.ts'
import type { Credential } from './credential-cache.ts'
import type { Door } from './door.ts'
import { DoorError, unauthenticated } from './errors.ts'

/** A device whose signature over this very request was checked; its counter is used up by the call that follows. */
export interface Caller {
  deviceId: string
  counter: number
  isSigned: boolean
  credential: Credential
}

const hourMs = 3_600_000
export const hourOf = (timeMs: number) => Math.floor(timeMs / hourMs)

/** What can be refused before the body is read: form, clock, too many refusals, unknown device. */
export async function identify(door: Door, request: FastifyRequest, mayUseSession: boolean) {
  await door.limits.address.use(request.ip)
  const proof = parseProof(request.headers.authorization)
  if (!proof || (proof.scheme === 'PW1-HMAC' && !mayUseSession)) throw unauthenticated()
  if (Math.abs(proof.timeMs - door.now().getTime()) > maxClockSkewMs) {
    throw new DoorError('clock-skew', "The device's clock is more than five minutes off.")
  }
  await door.limits.failedPair.check(`${request.ip} ${proof.deviceId}`)
  if (!door.credentials.isKnown(proof.deviceId)) await door.limits.failedAddress.check(request.ip)
  const credential = await door.credentials.get(proof.deviceId)
  if (!credential) {
    await door.limits.failedAddress.note(request.ip)
    throw unauthenticated()
  }
  return { proof, credential }
}

/** Checks the proof over method, path and raw body; then the device's own rate. */
export async function verifyProof(
  door: Door,
  request: FastifyRequest,
  identified: { proof: RequestProof; credential: Credential },
  body: Buffer,
): Promise<Caller> {
  const { proof, credential } = identified
  const parts = { method: request.method, path: request.raw.url ?? '', body }
  if (!isProofGood(proof, parts, credential, door.now().getTime())) {
    await Promise.all([
      door.limits.failedAddress.note(request.ip),
      door.limits.failedPair.note(`${request.ip} ${proof.deviceId}`),
    ])
    throw unauthenticated()
  }
  await door.limits.device.use(proof.deviceId)
  if (credential.isRetired) throw new DoorError('unknown-device', 'This device is retired. Enrol it again.')
  return {
    deviceId: proof.deviceId,
    counter: proof.counter,
    isSigned: proof.scheme === 'PW1-ED25519',
    credential,
  }
}

function isProofGood(
  proof: RequestProof,
  parts: { method: string; path: string; body: Buffer },
  credential: Credential,
  nowMs: number,
): boolean {
  if (proof.scheme === 'PW1-ED25519') return isSignedBy(proof, parts, credential.key)
  const hour = hourOf(nowMs)
  if (proof.hour === undefined || (proof.hour !== hour && proof.hour !== hour - 1)) return false
  return isMacValid(proof, parts, credential.sessionKey(proof.hour))
}

/** The call used the counter up: a request that was seen before ends here. */
export function refuseReplay(isFresh: boolean | undefined): void {
  if (!isFresh) throw new DoorError('replayed', 'This request was received before.')
}
