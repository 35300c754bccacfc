import { verify } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { doorPaths, type EnrolAnswer, type EnrolRequest, enrolText } from '../../../agent/wire/door.ts'
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
  const chain = await readRoots()
  const at = door.now()
  const { token: _token, proof: _proof, publicKey, facts } = body
  const [row] = await ingest('enrol', { at, tokenHash, publicKey, facts: withKnownZone(facts) })
  if (row?.verdict !== 'enrolled' || !row.device_id || !row.msp_id) throw refused()
  return {
    deviceId: row.device_id,
    mspId: row.msp_id,
    ...chain,
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

/** From the first, or the last that nobody could sign, to the newest: the token may name an older one, and that leads to the newest. */
async function readRoots(): Promise<Pick<EnrolAnswer, 'root' | 'roots'>> {
  const chain = await ingest('signing-roots', { after: 0 })
  const [first, ...later] = chain.slice(chain.findLastIndex(({ envelope }) => envelope === null))
  // Without a key the device could never trust an order.
  if (!first) {
    throw new DoorError('unavailable', 'The service has no signing key yet. Try again later.', { retryAfterMs: 5_000 })
  }
  return { root: first.root, roots: later.flatMap(({ envelope }) => envelope ?? []) }
}
