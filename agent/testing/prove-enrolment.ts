import { createHash, type KeyObject, sign } from 'node:crypto'
import { sendRequest } from '../door/send-request.ts'
import { type DeviceFacts, doorPaths, enrolText } from '../wire/door.ts'
import { exportRawPublicKey } from '../wire/keys.ts'
import type { FakeDoor } from './fake-door.ts'

/** Enrols a bare key at a door, without a package root. */
export async function proveEnrolment(door: FakeDoor, key: KeyObject, facts: DeviceFacts): Promise<void> {
  const publicKey = exportRawPublicKey(key)
  const tokenSha256 = createHash('sha256').update(door.token).digest('hex')
  const proof = sign(null, Buffer.from(enrolText(tokenSha256, publicKey, facts.hostName)), key).toString('base64')
  const body = JSON.stringify({ token: door.token, publicKey, facts, proof })
  const { status } = await sendRequest(door.url, doorPaths.enrol, body, { timeoutMs: 5_000 })
  if (status !== 200) throw new Error(`the door answered ${status}`)
}
