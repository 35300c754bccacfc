import { verify } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { doorPaths, type EnrolAnswer, type EnrolRequest, enrolText } from '../../../agent/wire/door.ts'
import type { KeyRoot } from '../../../agent/wire/envelope.ts'
import { importRawPublicKey } from '../../../agent/wire/keys.ts'
import { enrolRequestSchema } from '../../../agent/wire/schema.ts'
import { ingest } from '../../ingest.ts'
import { hashToken } from '../../secrets/secret-token.ts'
import type { Door } from '../door.ts'
import { DoorError } from '../errors.ts'
import { withKnownZone } from '../known-zone.ts'
import { readBody } from '../read-body.ts'
import { rawBody } from '../signed-route.ts'
import { checkTimes } from '../times.ts'

/** `POST /v1/enrol`: a token and a new key become a device. */
export function enrolRoute(server: FastifyInstance, door: Door): void {
  server.post(doorPaths.enrol, {
    bodyLimit: 8 * 1024,
    onRequest: async (request) => {
      await door.limits.address.use(request.ip)
      await door.limits.failedEnrol.check(request.ip)
    },
    handler: async (request): Promise<EnrolAnswer> => {
      // Counted once the body is there: connections that only wait use nothing up.
      await door.limits.enrol.use(request.ip)
      try {
        return await enrol(door, readBody(enrolRequestSchema, rawBody(request)))
      } catch (error) {
        if (error instanceof DoorError && error.code === 'token-refused') await door.limits.failedEnrol.note(request.ip)
        throw error
      }
    },
  })
}

const refused = () =>
  new DoorError('token-refused', 'This token does not enrol a device: it is wrong, used up, revoked or expired.')

async function enrol(door: Door, body: EnrolRequest): Promise<EnrolAnswer> {
  checkTimes({ 'facts.bootedAt': body.facts.bootedAt })
  const tokenHash = hashToken(body.token)
  if (!isProofGood(body, tokenHash))
    throw new DoorError('malformed', 'proof: is not made by the public key over this enrolment')
  const root = await readRoot()
  const at = door.now()
  const { token: _token, proof: _proof, publicKey, facts } = body
  const [row] = await ingest('enrol', { at, tokenHash, publicKey, facts: withKnownZone(facts) })
  if (row?.verdict !== 'enrolled' || !row.device_id || !row.msp_id) throw refused()
  return {
    deviceId: row.device_id,
    mspId: row.msp_id,
    root,
    serverTime: at.toISOString(),
    checkInMs: door.checkInMs,
    jitterMs: door.jitterMs,
  }
}

function isProofGood({ publicKey, facts, proof }: EnrolRequest, tokenHash: string): boolean {
  const raw = Buffer.from(publicKey, 'base64')
  // One spelling of a key only: the database tells devices apart by it.
  if (raw.length !== 32 || raw.toString('base64') !== publicKey) return false
  try {
    const text = Buffer.from(enrolText(tokenHash, publicKey, facts.hostName))
    return verify(null, text, importRawPublicKey(publicKey), Buffer.from(proof, 'base64'))
  } catch {
    return false
  }
}

async function readRoot(): Promise<KeyRoot> {
  const keys = await ingest('signing-root', {})
  // Without a key the device could never trust an order.
  if (keys.length === 0) {
    throw new DoorError('unavailable', 'The service has no signing key yet. Try again later.', { retryAfterMs: 5_000 })
  }
  return { threshold: 1, keys: keys.map(({ key_id, public_key }) => ({ keyid: key_id, publicKey: public_key })) }
}
