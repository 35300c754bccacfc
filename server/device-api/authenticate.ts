import type { FastifyRequest } from 'fastify'
import { isMacValid, isSignedBy, maxClockSkewMs, parseProof, type RequestProof } from '../../agent/wire/request-auth.ts'
import { ingest } from '../ingest.ts'
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

/**
 * What can be refused before the body is read: form, clock, too many refusals, unknown device. Every id is looked up, so that
 * strangers who guess ids behind an office's address never lock that office's devices out.
 */
export async function identify(door: Door, request: FastifyRequest, mayUseSession: boolean) {
  await door.limits.address.use(request.ip)
  const proof = parseProof(request.headers.authorization)
  if (!proof || (proof.scheme === 'PW1-HMAC' && !mayUseSession)) throw unauthenticated()
  if (Math.abs(proof.timeMs - door.now().getTime()) > maxClockSkewMs) {
    throw new DoorError('clock-skew', "The device's clock is more than five minutes off.")
  }
  await door.limits.failedPair.check(`${request.ip} ${proof.deviceId}`)
  const credential = await door.credentials.get(proof.deviceId)
  if (!credential) {
    await door.limits.failedAddress.use(request.ip)
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
    await door.limits.failedPair.note(`${request.ip} ${proof.deviceId}`)
    throw unauthenticated()
  }
  await door.limits.device.use(proof.deviceId)
  if (proof.scheme === 'PW1-HMAC') await refuseFarJump(proof.counter, credential)
  if (credential.isRetired) throw new DoorError('unknown-device', 'This device is retired. Enrol it again.')
  return {
    deviceId: proof.deviceId,
    counter: proof.counter,
    isSigned: proof.scheme === 'PW1-ED25519',
    credential,
  }
}

/** How far the key of the hour may raise a device's counter at once. */
const maxSessionJump = 1_000_000

/**
 * Who took the key of the hour must not use up the counters of the device itself: only its signature may go far ahead. The
 * database is asked only where what was seen here does not say enough.
 */
async function refuseFarJump(counter: number, credential: Credential): Promise<void> {
  if (counter > credential.counterSeen + maxSessionJump) {
    const [standing] = await ingest('standing', { deviceId: credential.deviceId })
    credential.counterSeen = Number(standing?.counter_high ?? 0)
    if (counter > credential.counterSeen + maxSessionJump) throw unauthenticated()
  }
  credential.counterSeen = Math.max(credential.counterSeen, counter)
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

/**
 * The call used the counter up: a request that was seen before ends here. Who signed it is told the highest counter used, so
 * that a device which was restored from an image can go on above it; the window itself never moves back.
 */
export async function refuseReplay(caller: Caller, isFresh: boolean | undefined): Promise<void> {
  if (isFresh) return
  const [standing] = caller.isSigned ? await ingest('standing', { deviceId: caller.deviceId }) : []
  throw new DoorError(
    'replayed',
    'This request was received before.',
    standing ? { counterHigh: Number(standing.counter_high) } : {},
  )
}
