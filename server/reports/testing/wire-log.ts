import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../../../agent/wire/canonical-json.ts'
import type { InventoryRequest } from '../../../agent/wire/door.ts'
import type { Report, SetReport } from '../../../agent/wire/report.ts'
import type { ClientRef } from '../../../db/factories.ts'
import { exampleHashes, exampleMissing, exampleSetKey, TestDevice } from '../../device-api/test-device.ts'
import { ingest } from '../../ingest.ts'

/** One thing that a device or a person said, when, and where the device belonged then: all that is known from outside. */
export interface Said {
  at: Date
  clientId: string
  deviceId: string | null
  kind: 'came' | 'left' | 'heard' | 'looked' | 'trouble' | 'restart' | 'planned' | 'outcome'
  body: object
}

/** What a device lacks: name and version with the words of its vendor. */
export interface Lacked {
  ref: string
  classification: 'security' | 'bug fix'
  severity: 'critical' | 'important' | 'low' | 'unknown'
}

/**
 * Devices that talk to the door's own functions at times of the test's choosing, in batches, and write down beside it what they said: what
 * must come out of a month is reckoned from that alone.
 */
export class WireLog {
  readonly said: Said[] = []

  note(kind: Said['kind'], at: Date, clientId: string, deviceId: string | null = null, body: object = {}): void {
    this.said.push({ at, clientId, deviceId, kind, body })
  }

  async enrol(at: Date, client: ClientRef, token: string, hostName: string): Promise<MonthDevice> {
    const device = new MonthDevice(client, hostName)
    const tokenHash = createHash('sha256').update(token).digest('hex')
    const { publicKey, facts } = device.wire
    const [row] = await ingest('enrol', { at, tokenHash, publicKey, facts })
    if (!row?.device_id) throw new Error(`${hostName} was not enrolled`)
    device.wire.deviceId = row.device_id
    this.note('came', at, client.clientId, row.device_id)
    this.note('heard', at, client.clientId, row.device_id)
    return device
  }

  /** Each checks in. */
  async hear(at: Date, devices: readonly MonthDevice[]): Promise<void> {
    if (devices.length === 0) return
    await ingest('use-counters', { at, items: devices.map((device) => device.next()) })
    for (const device of devices) this.note('heard', at, device.client.clientId, device.id)
  }

  /** Each was looked at and lacks these; `trouble`: the look failed. */
  async look(at: Date, devices: readonly MonthDevice[], of: (device: MonthDevice) => readonly Lacked[] | 'trouble') {
    await this.inventory(at, devices, (device) => {
      const lacked = of(device)
      if (lacked === 'trouble') return { missing: { trouble: 'apt gave no answer' } }
      return { missing: missingOf(lacked) }
    })
    for (const device of devices) {
      const lacked = of(device)
      if (lacked === 'trouble') this.note('trouble', at, device.client.clientId, device.id)
      else this.note('looked', at, device.client.clientId, device.id, { lacked })
    }
  }

  /** Each waits for a restart from now on, or has restarted. */
  async restart(at: Date, devices: readonly MonthDevice[], isPending: boolean): Promise<void> {
    for (const device of devices) device.isRestartPending = isPending
    await this.inventory(at, devices, (device) => ({ facts: { ...device.wire.facts, isRebootPending: isPending } }))
    for (const device of devices) this.note('restart', at, device.client.clientId, device.id, { isPending })
  }

  private async inventory(
    at: Date,
    devices: readonly MonthDevice[],
    of: (device: MonthDevice) => Partial<InventoryRequest>,
  ) {
    const items = devices.map((device) => ({
      ...device.next(),
      body: { hashes: exampleHashes(), scannedAt: at.toISOString(), ...of(device) },
    }))
    if (items.length > 0) await ingest('inventory', { at, items })
    for (const device of devices) this.note('heard', at, device.client.clientId, device.id)
  }

  /** Each tells what became of one update of its order. */
  async tell(
    at: Date,
    told: readonly { device: MonthDevice; orderId: string; verb: string; ref: string; outcome: SetReport['outcome'] }[],
  ): Promise<void> {
    if (told.length === 0) return
    const items = told.map(({ device, orderId, ref, outcome }) => ({
      ...device.next(),
      reports: [device.report(at, orderId, ref, outcome)],
    }))
    await ingest('reports', { at, items })
    for (const { device, orderId, verb, ref, outcome } of told) {
      this.note('heard', at, device.client.clientId, device.id)
      if (verb !== 'stage') this.note('outcome', at, device.client.clientId, device.id, { orderId, verb, ref, outcome })
    }
  }
}

/** One of them, with its own key and chain of reports. */
export class MonthDevice {
  client: ClientRef
  readonly wire: TestDevice
  isRestartPending = false

  constructor(client: ClientRef, hostName: string) {
    this.client = client
    this.wire = new TestDevice('', { hostName })
  }

  get id(): string {
    return this.wire.deviceId
  }

  next() {
    return { deviceId: this.wire.deviceId, counter: ++this.wire.counter }
  }

  report(at: Date, orderId: string, ref: string, outcome: SetReport['outcome']): object {
    const state = finalStates[outcome] ?? 'rollback-failed'
    const set = { versions: [], exitCode: null, output: '', reason: '', undoClass: 'kept' as const }
    const signed = this.wire.makeReport({
      ...{ orderId, state, at: at.toISOString(), isRebootPending: this.isRestartPending },
      sets: [{ key: exampleSetKey(ref), outcome, ...set }],
    })
    // Plain JSON, as it came over the wire.
    const text = canonicalJson(signed.report as unknown as Json)
    return { ...signed, hash: createHash('sha256').update(text).digest('hex') }
  }
}

const finalStates: { [outcome in SetReport['outcome']]?: Report['state'] } = {
  staged: 'staged',
  installed: 'proved',
  'rolled-back': 'rolled-back',
}

function missingOf(lacked: readonly Lacked[]) {
  const missing = exampleMissing(...lacked.map((one) => one.ref))
  if (!('updates' in missing)) throw new Error('an example that is trouble')
  const words = new Map(lacked.map((one) => [one.ref, one]))
  const updates = missing.updates.map((update) => {
    const { classification = 'security', severity = 'unknown' } = words.get(`${update.name}=${update.version}`) ?? {}
    return { ...update, classification, severity }
  })
  return { ...missing, updates }
}
