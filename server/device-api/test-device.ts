import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { canonicalJson, type Json } from '../../agent/wire/canonical-json.ts'
import {
  type CheckInAnswer,
  type CheckInRequest,
  type DeviceFacts,
  doorPaths,
  type EnrolAnswer,
  enrolText,
  type InstalledPackage,
  type InventoryRequest,
  type MissingSection,
  type PermitAnswer,
  type PollAnswer,
  type ReportsAnswer,
  type RootsAnswer,
} from '../../agent/wire/door.ts'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'
import type { Report, SignedReport } from '../../agent/wire/report.ts'
import { macRequest, signRequest } from '../../agent/wire/request-auth.ts'

/** What the door answered: status and parsed body, whatever it was. */
export interface DoorReply<T> {
  status: number
  headers: Headers
  body: T & { error?: { code: string; message: string }; serverTime: string }
}

export interface SendOptions {
  /** Use the session key instead of the device's own. */
  session?: { key: Buffer; hour: number }
  /** Sign with this instead of the next counter. */
  counter?: number
  timeMs?: number
  method?: string
  /** What is signed, where it differs from what is sent. */
  signedPath?: string
  signedBody?: string
  /** Sent instead of the header this device would make; null = none. */
  authorization?: string | null
  signal?: AbortSignal
}

const zeros = '0'.repeat(64)
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** A device of a test: signs as the agent does, over real HTTP. No package manager behind it. */
export class TestDevice {
  readonly baseUrl: string
  readonly key: KeyObject
  readonly publicKey: string
  readonly facts: DeviceFacts
  deviceId = ''
  mspId = ''
  counter = 0
  reportSeq = 0
  reportHash = zeros
  /** What its reports are about where a test does not say: an order that it was given, or none that anybody made. */
  orderId: string | null = null

  constructor(baseUrl: string, facts: Partial<DeviceFacts> = {}) {
    this.baseUrl = baseUrl
    this.key = generateKeyPairSync('ed25519').privateKey
    this.publicKey = exportRawPublicKey(this.key)
    this.facts = { ...exampleFacts(), ...facts }
  }

  async enrol(token: string, changes: Record<string, unknown> = {}): Promise<DoorReply<EnrolAnswer>> {
    const text = enrolText(sha256(token), this.publicKey, this.facts.hostName)
    const proof = sign(null, Buffer.from(text), this.key).toString('base64')
    const body = JSON.stringify({ token, publicKey: this.publicKey, facts: this.facts, proof, ...changes })
    const reply = await request<EnrolAnswer>(this.baseUrl + doorPaths.enrol, { method: 'POST', body })
    if (reply.status === 200) {
      this.deviceId = reply.body.deviceId
      this.mspId = reply.body.mspId
    }
    return reply
  }

  /** Sends `body` (text as it is, anything else as JSON) with a good proof, except for what `options` change. */
  send<T = object>(path: string, body: unknown, options: SendOptions = {}): Promise<DoorReply<T>> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const method = options.method ?? 'POST'
    const parts = { method, path: options.signedPath ?? path, body: options.signedBody ?? text }
    const counter = options.counter ?? ++this.counter
    const timeMs = options.timeMs ?? Date.now()
    const made = options.session
      ? macRequest(parts, this.deviceId, timeMs, counter, options.session)
      : signRequest(parts, this.deviceId, timeMs, counter, this.key)
    const authorization = options.authorization === undefined ? made : options.authorization
    return request<T>(this.baseUrl + path, {
      method,
      ...(method === 'GET' || method === 'HEAD' ? {} : { body: text }),
      ...(authorization === null ? {} : { headers: { authorization } }),
      ...(options.signal ? { signal: options.signal } : {}),
    })
  }

  checkIn(changes: Partial<CheckInRequest> = {}, options?: SendOptions): Promise<DoorReply<CheckInAnswer>> {
    const body = {
      agentVersion: '0.1.0',
      bootId: 'boot',
      hashes: exampleHashes(),
      reportSeq: this.reportSeq,
      ...changes,
    }
    return this.send(doorPaths.checkIn, body, options)
  }

  /** A session key from a signed check-in, as `SendOptions.session` takes it. */
  async openSession(): Promise<{ key: Buffer; hour: number }> {
    const { body } = await this.checkIn()
    if (!body.session) throw new Error('the door gave no session key')
    return { key: Buffer.from(body.session.key, 'base64'), hour: body.session.hour }
  }

  inventory(sections: Partial<InventoryRequest>, options?: SendOptions) {
    const body = { hashes: exampleHashes(), scannedAt: '2026-09-01T10:00:00.000Z', ...sections }
    return this.send<object>(doorPaths.inventory, body, options)
  }

  /** Says which root of the signing keys it has pinned, and asks what follows. */
  roots(after: number, refusal: string | null = null, options?: SendOptions): Promise<DoorReply<RootsAnswer>> {
    return this.send(doorPaths.roots, { after, refusal }, options)
  }

  poll(waitMs = 0, options?: SendOptions): Promise<DoorReply<PollAnswer>> {
    return this.send(doorPaths.poll, { waitMs, openOrderId: null }, options)
  }

  permit(orderId: string, options?: SendOptions): Promise<DoorReply<PermitAnswer>> {
    return this.send(doorPaths.permit, { orderId }, options)
  }

  /** The next report of this device's chain, signed; not sent. */
  makeReport(changes: Partial<Report> = {}): SignedReport {
    const report: Report = {
      v: 1,
      reportId: randomUUID(),
      deviceId: this.deviceId,
      seq: this.reportSeq + 1,
      prevHash: this.reportHash,
      orderId: this.orderId ?? randomUUID(),
      state: 'accepted',
      at: new Date().toISOString(),
      sets: [],
      probes: [],
      isRebootPending: false,
      refusal: null,
      summary: '',
      ...changes,
    }
    this.reportSeq = report.seq
    this.reportHash = sha256(canonical(report))
    return this.signReport(report)
  }

  signReport(report: Report): SignedReport {
    return { report, signature: sign(null, Buffer.from(canonical(report)), this.key).toString('base64') }
  }

  sendReports(reports: SignedReport[], options?: SendOptions): Promise<DoorReply<ReportsAnswer>> {
    return this.send(doorPaths.reports, { reports }, options)
  }

  /** Makes the next report and sends it. */
  report(changes: Partial<Report> = {}): Promise<DoorReply<ReportsAnswer>> {
    return this.sendReports([this.makeReport(changes)])
  }
}

/** Canonical JSON of a report: it is plain JSON, an interface only lacks the index signature that says so. */
const canonical = (report: Report) => canonicalJson(report as unknown as Json)

export function exampleFacts(): DeviceFacts {
  return {
    hostName: `host-${randomUUID().slice(0, 8)}`,
    osName: 'Debian GNU/Linux',
    osVersion: '12',
    kernel: '6.1.0',
    architecture: 'amd64',
    timeZone: 'Europe/Berlin',
    machineId: randomUUID().replaceAll('-', ''),
    bootId: randomUUID(),
    bootedAt: '2026-09-01T08:00:00.000Z',
    memoryBytes: 4_000_000_000,
    diskFreeBytes: 10_000_000_000,
    diskTotalBytes: 50_000_000_000,
    isRebootPending: false,
    rebootReasons: [],
    agentVersion: '0.1.0',
    managers: ['apt'],
  }
}

export function exampleHashes(seed = 'a'): CheckInRequest['hashes'] {
  return { facts: sha256(`facts ${seed}`), packages: sha256(`packages ${seed}`), missing: sha256(`missing ${seed}`) }
}

export function examplePackages(count: number, version = '1.0'): InstalledPackage[] {
  return Array.from({ length: count }, (_, place) => ({
    manager: 'apt',
    name: `package-${place}`,
    version,
    architecture: 'amd64',
    status: 'ii',
  }))
}

/** One set for each ref: `name=version`, or several members as `lab-svc=2.0 + lab-lib=2.0`. */
export function exampleMissing(...refs: string[]): MissingSection {
  const updates: MissingSection['updates'] = refs.flatMap(membersOf).map((member) => {
    const [name = '', version = ''] = member.split('=')
    return {
      manager: 'apt',
      name,
      version,
      architecture: 'all',
      fromVersion: '1.0',
      sha256: sha256(member),
      sizeBytes: 1_000,
      classification: 'security',
      severity: 'important',
      source: 'Lab-Security:12/lab-security',
    }
  })
  let place = 0
  const sets = refs.map((ref) => {
    const members = membersOf(ref).map(() => place++)
    const predecessors = members.map((at) => {
      const name = updates[at]?.name ?? ''
      return { name, version: '1.0', sha256: sha256(`${name}=1.0`) }
    })
    const undoReason = 'The version before is still in the repository.'
    return { key: exampleSetKey(ref), members, undoClass: 'fetchable' as const, undoReason, predecessors }
  })
  return { updates, sets, waiting: [], trouble: '' }
}

const membersOf = (ref: string) => ref.split(' + ')

/** Key of the set that `exampleMissing` makes for one ref. */
export const exampleSetKey = (ref: string) => sha256(`apt\n${ref}`)

/** One HTTP request; `body` of the answer is null where it is not JSON. */
export async function request<T = object>(
  url: string,
  init: Omit<RequestInit, 'body'> & { body?: string | Buffer },
): Promise<DoorReply<T>> {
  const headers = new Headers(init.headers)
  if (init.body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
  const { body: sent, ...rest } = init
  const bytes = Buffer.isBuffer(sent) ? new Uint8Array(sent) : sent
  const response = await fetch(url, { ...rest, headers, ...(bytes === undefined ? {} : { body: bytes }) })
  const text = await response.text()
  let body: unknown = null
  try {
    body = JSON.parse(text)
  } catch {
    // A file or a page: status and headers say enough.
  }
  // Tests look at what came; a wrong shape fails their assertions.
  return { status: response.status, headers: response.headers, body: body as DoorReply<T>['body'] }
}
