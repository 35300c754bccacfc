import type { KeyObject } from 'node:crypto'
import type { Device } from '../device.ts'
import { messageOf } from '../log.ts'
import { canonicalJson, type Json } from '../wire/canonical-json.ts'
import { type Envelope, isEnvelopeTrusted, orderPayloadType } from '../wire/envelope.ts'
import { importRawPublicKey } from '../wire/keys.ts'
import { maxEnvelopeBytes, type RefusalCode, type WorkOrder } from '../wire/order.ts'
import { findContradiction } from './find-contradiction.ts'

export type Verification =
  | { isTrusted: true; order: WorkOrder; envelope: Envelope }
  | { isTrusted: false; code: RefusalCode; detail: string; orderId: string }

/** Stands in reports for an order whose id cannot be read. */
export const unknownOrderId = '00000000-0000-0000-0000-000000000000'

const verbs: readonly string[] = ['stage', 'scan', 'install', 'rollback', 'healthcheck', 'cancel']
const maxAheadMs = 5 * 60_000
const maxSalvageBytes = 4 * 1024 * 1024

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Checks what the door handed out, in the order of the refusal codes, up to and with `replayed`. Nothing in it is
 * believed before its signatures are good. Zod is loaded only here, with the first order.
 */
export async function verifyEnvelope(device: Device, given: unknown): Promise<Verification> {
  let bytes: number
  try {
    bytes = Buffer.byteLength(JSON.stringify(given) ?? '')
  } catch (error) {
    // So deep that it cannot even be written down: one such envelope keeps no other from being read.
    return { isTrusted: false, code: 'malformed', detail: `the envelope: ${messageOf(error)}`, orderId: unknownOrderId }
  }
  const refuse = (code: RefusalCode, detail: string): Verification => {
    return { isTrusted: false, code, detail, orderId: salvageOrderId(given, bytes) }
  }
  if (bytes > maxEnvelopeBytes) return refuse('too-many-bytes', `${bytes} bytes, the limit is ${maxEnvelopeBytes}`)
  const { envelopeSchema, workOrderSchema } = await import('../wire/schema.ts')
  const envelope = envelopeSchema.safeParse(given)
  if (!envelope.success) return refuse('malformed', wordsOf('the envelope', envelope.error.issues))
  if (envelope.data.payloadType !== orderPayloadType)
    return refuse('malformed', `the payload type is ${envelope.data.payloadType}`)
  let text: string
  let payload: unknown
  try {
    text = utf8.decode(Buffer.from(envelope.data.payload, 'base64'))
    payload = JSON.parse(text)
  } catch (error) {
    return refuse('malformed', `the payload is not JSON: ${messageOf(error)}`)
  }
  const verb = typeof payload === 'object' && payload !== null && 'verb' in payload ? payload.verb : undefined
  if (typeof verb === 'string' && !verbs.includes(verb)) return refuse('unknown-verb', `the verb is "${verb}"`)
  const parsed = workOrderSchema.safeParse(payload)
  if (!parsed.success) return refuse('malformed', wordsOf('the order', parsed.error.issues))
  const order = parsed.data
  // What was checked must be what was signed: one text for one order, no doubled members. Parsed JSON is JSON.
  if (!isCanonical(payload as Json, text)) return refuse('malformed', 'the payload is not canonical JSON')
  if (!isTrusted(envelope.data, device)) return refuse('bad-signature', 'not enough good signatures of the pinned keys')
  // After the signatures, so that an altered order is told as what it is: this one our own key signed.
  const contradiction = findContradiction(order)
  if (contradiction !== '') return refuse('malformed', `the order: ${contradiction}`)
  if (order.deviceId !== device.config.deviceId || order.mspId !== device.config.mspId)
    return refuse('wrong-device', `the order is for device ${order.deviceId} of ${order.mspId}`)
  const clock = checkClock(device, order)
  if (clock !== '') return refuse('expired', clock)
  const replay = device.book.open.has(order.orderId) ? '' : device.book.findReplay(order)
  if (replay !== '') return refuse('replayed', replay)
  return { isTrusted: true, order, envelope: envelope.data }
}

function isCanonical(payload: Json, text: string): boolean {
  try {
    return canonicalJson(payload) === text
  } catch {
    return false
  }
}

function checkClock(device: Device, order: WorkOrder): string {
  const nowMs = device.now().getTime()
  const now = device.now().toISOString()
  // An order that is open here was accepted in time: that it comes again does not make it late.
  if (device.book.open.has(order.orderId)) return ''
  if (nowMs >= Date.parse(order.notAfter)) return `its last date is ${order.notAfter}, this device's clock says ${now}`
  if (Date.parse(order.issuedAt) > nowMs + maxAheadMs)
    return `it was issued at ${order.issuedAt}, this device's clock says ${now} and is wrong`
  return ''
}

function isTrusted(envelope: Envelope, device: Device): boolean {
  const keys = new Map<string, KeyObject>()
  const importKey = (publicKey: string): KeyObject => {
    const key = keys.get(publicKey) ?? importRawPublicKey(publicKey)
    keys.set(publicKey, key)
    return key
  }
  try {
    return isEnvelopeTrusted(envelope, device.config.root, importKey)
  } catch {
    return false
  }
}

/** The order's own id for the refusal's report; from text that is not trusted, used for nothing else. */
function salvageOrderId(given: unknown, bytes: number): string {
  const payload = typeof given === 'object' && given !== null && 'payload' in given ? given.payload : undefined
  if (typeof payload !== 'string' || bytes > maxSalvageBytes) return unknownOrderId
  const text = Buffer.from(payload, 'base64').toString('utf8')
  const id = /"orderId"\s*:\s*"([0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"/i.exec(
    text,
  )?.[1]
  return id?.toLowerCase() ?? unknownOrderId
}

function wordsOf(what: string, issues: readonly { path: PropertyKey[]; message: string }[]): string {
  const first = issues[0]
  return `${what}: ${first ? `${first.path.map(String).join('.')}: ${first.message}` : 'not as agreed'}`
}
