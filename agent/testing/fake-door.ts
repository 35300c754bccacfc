import { createHash, generateKeyPairSync, type KeyObject, randomUUID, verify } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { canonicalJson, type Json } from '../wire/canonical-json.ts'
import {
  type DoorErrorCode,
  doorPaths,
  type EnrolRequest,
  enrolText,
  type InventoryRequest,
  type PermitAnswer,
  type SectionHashes,
} from '../wire/door.ts'
import { type Envelope, type KeyRoot, keyIdOf, orderPayloadType, sealEnvelope } from '../wire/envelope.ts'
import { exportRawPublicKey, importRawPublicKey } from '../wire/keys.ts'
import type { WorkOrder } from '../wire/order.ts'
import type { OrderState, Report, SignedReport } from '../wire/report.ts'
import { isMacValid, isSignedBy, parseProof, sessionKeyFor } from '../wire/request-auth.ts'
import {
  checkInRequestSchema,
  enrolRequestSchema,
  inventoryRequestSchema,
  permitRequestSchema,
  pollRequestSchema,
  reportsRequestSchema,
} from '../wire/schema.ts'

type Answer = { status: number; body: Record<string, unknown>; headers?: Record<string, string> }
const sessionSecret = 'a secret of the test'

/** A door of one device for tests: checks every request as the real one does and remembers what was said. */
export class FakeDoor {
  readonly signingKey: { keyid: string; privateKey: KeyObject }
  readonly root: KeyRoot
  readonly deviceId: string = randomUUID()
  readonly mspId: string = randomUUID()
  readonly token = 'token-of-the-test-0123456789'
  readonly reports: Report[] = []
  readonly permitsAsked: string[] = []
  readonly schemes: string[] = []
  readonly refusals: string[] = []
  inventory: InventoryRequest | null = null
  /** Request counters up to here count as used. */
  counterFloor = 0
  /** What it answers to a permit request. */
  permit: (orderId: string) => PermitAnswer = () => this.allow()
  /** Answers before all else; null = go on. */
  fault: (path: string) => Answer | null = () => null
  url = ''
  #deviceKey: KeyObject | null = null
  #hashes: Partial<SectionHashes> = {}
  #queue: unknown[] = []
  #wake: (() => void)[] = []
  #seq = 0
  readonly #counters = new Set<number>()
  readonly #server = createServer((request, response) => void this.#handle(request, response))

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const raw = exportRawPublicKey(publicKey)
    const keyid = keyIdOf(Buffer.from(raw, 'base64'))
    this.signingKey = { keyid, privateKey }
    this.root = { threshold: 1, keys: [{ keyid, publicKey: raw }] }
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    if (typeof address === 'object' && address) this.url = `http://127.0.0.1:${address.port}`
    return this
  }

  async close(): Promise<void> {
    for (const wake of this.#wake.splice(0)) wake()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  allow(): PermitAnswer {
    const now = Date.now()
    const validUntil = new Date(now + 600_000).toISOString()
    return { serverTime: new Date(now).toISOString(), permit: true, validUntil }
  }

  deny(denial: 'paused' | 'superseded', retryAfterMs = 200): PermitAnswer {
    const message = `the test says ${denial}`
    return { serverTime: new Date().toISOString(), permit: false, denial, message, retryAfterMs }
  }

  /** Fields every order has; `seq` rises by itself. */
  base(): Pick<
    WorkOrder,
    'v' | 'orderId' | 'mspId' | 'deviceId' | 'seq' | 'issuedAt' | 'notBefore' | 'notAfter' | 'supersedes'
  > {
    this.#seq += 1
    const now = Date.now()
    return {
      v: 1,
      orderId: randomUUID(),
      mspId: this.mspId,
      deviceId: this.deviceId,
      seq: this.#seq,
      issuedAt: new Date(now).toISOString(),
      notBefore: new Date(now - 1_000).toISOString(),
      notAfter: new Date(now + 3_600_000).toISOString(),
      supersedes: [],
    }
  }

  /** Signs an order and hands it out with the next poll. */
  give(order: WorkOrder): string {
    this.giveRaw(this.seal(order))
    return order.orderId
  }

  seal(payload: unknown): Envelope {
    // Tests seal orders and broken orders alike; all of it is JSON.
    return sealEnvelope(orderPayloadType, payload as Json, [this.signingKey])
  }

  giveRaw(envelope: unknown): void {
    this.#queue.push(envelope)
    for (const wake of this.#wake.splice(0)) wake()
  }

  statesOf(orderId: string): OrderState[] {
    return this.reports.filter((report) => report.orderId === orderId).map(({ state }) => state)
  }

  reportOf(orderId: string, state: OrderState): Report | undefined {
    return this.reports.findLast((report) => report.orderId === orderId && report.state === state)
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    try {
      for await (const part of request) parts.push(part)
    } catch {
      return
    }
    const path = request.url ?? ''
    const answer = this.fault(path) ?? (await this.#answer(request, path, Buffer.concat(parts)))
    if (answer.status !== 200) this.refusals.push(`${path} ${answer.status} ${JSON.stringify(answer.body)}`)
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(JSON.stringify({ serverTime: new Date().toISOString(), ...answer.body }))
  }

  async #answer(request: IncomingMessage, path: string, bytes: Buffer): Promise<Answer> {
    const body: unknown = JSON.parse(bytes.toString('utf8'))
    if (path === doorPaths.enrol) return this.#enrol(enrolRequestSchema.parse(body))
    const proof = parseProof(request.headers.authorization)
    const signed = { method: request.method ?? '', path, body: bytes }
    if (!proof || proof.deviceId !== this.deviceId || !this.#deviceKey) return refuse(401, 'unauthenticated')
    const isGood =
      proof.scheme === 'PW1-HMAC'
        ? isMacValid(proof, signed, sessionKeyFor(sessionSecret, proof.deviceId, proof.hour ?? 0))
        : isSignedBy(proof, signed, this.#deviceKey)
    if (!isGood) return refuse(401, 'unauthenticated')
    if (this.#counters.has(proof.counter) || proof.counter <= this.counterFloor) {
      const high = Math.max(this.counterFloor, ...this.#counters)
      return refuse(401, 'replayed', proof.scheme === 'PW1-ED25519' ? { counterHigh: high } : {})
    }
    this.#counters.add(proof.counter)
    this.schemes.push(`${path} ${proof.scheme}`)
    switch (path) {
      case doorPaths.checkIn: {
        const { hashes } = checkInRequestSchema.parse(body)
        const names = ['facts', 'packages', 'missing'] as const
        const want = names.filter((name) => this.#hashes[name] !== hashes[name])
        const session = {
          key: sessionKeyFor(sessionSecret, this.deviceId, 1).toString('base64'),
          hour: 1,
          expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
        }
        return {
          status: 200,
          body: { checkInMs: 5_000, jitterMs: 0, want, hasOrders: this.#queue.length > 0, session },
        }
      }
      case doorPaths.inventory: {
        const inventory = inventoryRequestSchema.parse(body)
        this.inventory = { ...this.inventory, ...inventory }
        this.#hashes = inventory.hashes
        return { status: 200, body: {} }
      }
      case doorPaths.poll:
        pollRequestSchema.parse(body)
        if (this.#queue.length === 0) await new Promise<void>((resolve) => this.#wake.push(resolve))
        // A killed agent's poll hears the bell too: what it was given would be lost.
        return { status: 200, body: { orders: request.socket.destroyed ? [] : this.#queue.splice(0) } }
      case doorPaths.permit: {
        const { orderId } = permitRequestSchema.parse(body)
        this.permitsAsked.push(orderId)
        return { status: 200, body: { ...this.permit(orderId) } }
      }
      case doorPaths.reports:
        return { status: 200, body: this.#storeAll(reportsRequestSchema.parse(body).reports) }
      default:
        return refuse(404, 'not-found')
    }
  }

  #enrol(request: EnrolRequest): Answer {
    const key = importRawPublicKey(request.publicKey)
    const tokenSha256 = createHash('sha256').update(request.token).digest('hex')
    const text = enrolText(tokenSha256, request.publicKey, request.facts.hostName)
    const isProven = verify(null, Buffer.from(text), key, Buffer.from(request.proof, 'base64'))
    if (request.token !== this.token || !isProven) return refuse(403, 'token-refused')
    this.#deviceKey = key
    const { deviceId, mspId, root } = this
    return { status: 200, body: { deviceId, mspId, root, checkInMs: 5_000, jitterMs: 0 } }
  }

  /** As the door's function does: what is stored under the same number must be the same, else it says where its chain ends. */
  #storeAll(given: SignedReport[]): { ackSeq: number; stored?: { seq: number; hash: string } } {
    let ackSeq = (given[0]?.report.seq ?? 1) - 1
    for (const { report, signature } of given) {
      const known = this.reports[report.seq - 1]
      const isTaken = known ? hashOf(known) === hashOf(report) : report.seq === this.reports.length + 1
      if (!isTaken) {
        const last = this.reports.at(-1)
        return { ackSeq, stored: { seq: this.reports.length, hash: last ? hashOf(last) : '0'.repeat(64) } }
      }
      if (!known) this.#store(report, signature)
      ackSeq = report.seq
    }
    return { ackSeq }
  }

  /** Numbers without gaps, an unbroken chain and good signatures, or the test ends here. */
  #store(report: Report, signature: string): void {
    const last = this.reports.at(-1)
    const prevHash = last ? hashOf(last) : '0'.repeat(64)
    if (report.seq !== this.reports.length + 1 || report.prevHash !== prevHash) throw new Error('the chain is broken')
    const key = this.#deviceKey
    const text = canonicalJson(report as unknown as Json)
    if (!key || !verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64')))
      throw new Error('a report is not signed')
    this.reports.push(report)
  }
}

function hashOf(report: Report): string {
  // A report holds nothing but JSON; interfaces lack the index signature that `Json` asks for.
  return createHash('sha256')
    .update(canonicalJson(report as unknown as Json))
    .digest('hex')
}

function refuse(status: number, code: DoorErrorCode, more: { counterHigh?: number } = {}): Answer {
  return { status, body: { error: { code, message: `refused: ${code}`, ...more } } }
}
