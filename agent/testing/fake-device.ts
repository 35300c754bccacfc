import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { Device } from '../device.ts'
import { PackageStore } from '../managers/apt/package-store.ts'
import { Mutex } from '../mutex.ts'
import type { OrderRecord } from '../state/journal.ts'
import { OrderBook } from '../state/order-book.ts'
import { Outbox } from '../state/outbox.ts'
import type { PermitAnswer } from '../wire/door.ts'
import type { HealthPlan, InstallOrder, WorkOrder } from '../wire/order.ts'
import type { OrderState, Report } from '../wire/report.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const dayMs = 86_400_000

/** A device without a package manager: real book and outbox in a folder, everything else as the test says. */
export class FakeDevice implements Device {
  readonly config: Device['config']
  readonly stateDir: string
  readonly key = privateKey
  /** Whoever runs a program in it finds no apt. */
  readonly apt: Device['apt']
  readonly store: PackageStore
  readonly book: OrderBook
  readonly outbox: Outbox
  readonly packages = new Mutex()
  nowMs = Date.now()
  upMs = 30 * dayMs
  answers: (() => PermitAnswer)[] = []
  asked = 0
  scan: () => Promise<void> = () => Promise.resolve()

  constructor(stateDir: string) {
    mkdirSync(stateDir, { recursive: true })
    this.stateDir = stateDir
    this.config = {
      v: 1,
      deviceId: randomUUID(),
      mspId: randomUUID(),
      server: 'http://127.0.0.1:9',
      root: { threshold: 1, keys: [] },
      aptRoot: stateDir,
      hostName: 'fake',
      checkInMs: 1_000,
      jitterMs: 0,
    }
    this.apt = {
      root: stateDir,
      env: { PATH: '/nowhere' } as unknown as NodeJS.ProcessEnv,
      adminDir: stateDir,
      archivesDir: stateDir,
      architecture: 'amd64',
      dpkgOptions: [],
      cacheDir: null,
    }
    this.store = new PackageStore(stateDir)
    this.book = new OrderBook(stateDir)
    this.outbox = new Outbox(stateDir, privateKey)
  }

  now = () => new Date(this.nowMs)
  uptimeMs = () => this.upMs
  onReport = () => undefined
  clockNote = () => ''

  /** The next answer of the test; none left = the door cannot be reached. */
  askPermit = async (): Promise<PermitAnswer> => {
    this.asked += 1
    const answer = this.answers.shift()
    if (!answer) throw new Error('connect ECONNREFUSED')
    return answer()
  }

  /** Puts an order into the book as if it had just come and been accepted. */
  take(order: WorkOrder): OrderRecord {
    const at = this.now().toISOString()
    const envelope = { payloadType: '', payload: '', signatures: [] }
    const record = this.book.receive(order, { kind: 'received', at, envelope, order })
    this.book.write(record, { kind: 'accepted', at })
    return record
  }

  base(): Omit<Extract<WorkOrder, { verb: 'scan' }>, 'verb'> {
    return {
      v: 1,
      orderId: randomUUID(),
      mspId: this.config.mspId,
      deviceId: this.config.deviceId,
      seq: this.book.open.size + 1,
      issuedAt: new Date(this.nowMs).toISOString(),
      notBefore: new Date(this.nowMs - 1_000).toISOString(),
      notAfter: new Date(this.nowMs + 7 * dayMs).toISOString(),
      supersedes: [],
    }
  }

  installOrder(change: Partial<InstallOrder> = {}): InstallOrder {
    const update = { manager: 'apt' as const, name: 'curl', architecture: 'all', sha256: null }
    const set = {
      key: 'a'.repeat(64),
      undoClass: 'kept' as const,
      updates: [{ ...update, version: '8', fromVersion: '7' }],
      undo: [{ ...update, fromVersion: '8', toVersion: '7' }],
    }
    const healthPlan: HealthPlan = { probes: [], tries: 1, pauseMs: 0, watch: null }
    const preconditions = { minFreeBytes: 0 }
    const rest = { preconditions, healthPlan, rebootRule: 'never', mayStartOffline: false } as const
    return { ...this.base(), verb: 'install', sets: [set], ...rest, ...change }
  }

  /** All that was reported about an order. */
  reportsOf(orderId: string): Report[] {
    return this.outbox.nextBatch().flatMap(({ report }) => (report.orderId === orderId ? [report] : []))
  }

  statesOf(orderId: string): OrderState[] {
    return this.reportsOf(orderId).map(({ state }) => state)
  }
}
