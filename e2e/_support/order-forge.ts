import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Json } from '../../agent/wire/canonical-json.ts'
import { type Envelope, keyIdOf, orderPayloadType, sealEnvelope } from '../../agent/wire/envelope.ts'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'
import type { InstallOrder, ScanOrder, UpdateSet } from '../../agent/wire/order.ts'
import type { DeviceRef, Records } from './records.ts'
import { stack } from './stack.ts'

const hourMs = 3_600_000
export const inHours = (hours: number) => new Date(Date.now() + hours * hourMs).toISOString()

interface SigningKey {
  keyid: string
  privateKey: KeyObject
}

/** Makes work orders for one device, good and bad ones, with the worker's own key, and lays them in the door for it to fetch. */
export class OrderForge {
  private readonly records: Records
  private readonly device: DeviceRef
  private readonly key: SigningKey

  constructor(records: Records, device: DeviceRef, key: SigningKey) {
    this.records = records
    this.device = device
    this.key = key
  }

  /** An order that asks for nothing but a scan; numbered as the worker numbers its own. */
  async scan(): Promise<ScanOrder> {
    const { id, mspId } = this.device
    const [counted] = await this.records.factories.across<
      { seq: string }[]
    >`update devices set order_seq = order_seq + 1
      where msp_id = ${mspId} and id = ${id} returning order_seq as seq`
    const times = { issuedAt: inHours(0), notBefore: inHours(-1), notAfter: inHours(1) }
    const seq = Number(counted?.seq)
    return { v: 1, verb: 'scan', orderId: randomUUID(), mspId, deviceId: id, seq, supersedes: [], ...times }
  }

  async install(sets: UpdateSet[]): Promise<InstallOrder> {
    return {
      ...(await this.scan()),
      verb: 'install',
      sets,
      preconditions: { minFreeBytes: 1_000_000 },
      healthPlan: { probes: [], tries: 1, pauseMs: 0, watch: null },
      rebootRule: 'never',
      mayStartOffline: false,
    }
  }

  /** Signed with the worker's key; `order` may be anything. */
  seal(order: object, key = this.key): Envelope {
    // Orders are plain JSON; an interface only lacks the index signature that says so.
    return sealEnvelope(orderPayloadType, order as { [name: string]: Json }, [key])
  }

  /** Signed with a key of nobody, under the id of the worker's. */
  sealAsStranger(order: object): Envelope {
    return this.seal(order, { keyid: this.key.keyid, privateKey: generateKeyPairSync('ed25519').privateKey })
  }

  /** Other text under the signature of the first. */
  alter(envelope: Envelope, change: (text: string) => string): Envelope {
    const text = change(Buffer.from(envelope.payload, 'base64').toString('utf8'))
    return { ...envelope, payload: Buffer.from(text).toString('base64') }
  }

  /** Lays envelopes ready for the device; as `scan` orders of no rollout, so that neither window nor pause keeps them back. */
  async give(...given: { orderId: string; envelope: object }[]): Promise<void> {
    const { id, mspId, clientId } = this.device
    await this.records.factories.inMsp(mspId, async (tx) => {
      for (const { orderId, envelope } of given)
        await tx`insert into work_orders (msp_id, client_id, id, device_id, verb, attempt, body, envelope, state, not_before, not_after, created_at)
          values (${mspId}, ${clientId}, ${orderId}, ${id}, 'scan', 1, '{}', ${tx.json({ ...envelope })}, 'ready', ${inHours(-1)}, ${inHours(1)}, now())`
      await tx`select pg_notify('patchward_orders', '')`
    })
  }

  /** Takes back what was laid ready and is not fetched any more. */
  async clear(): Promise<void> {
    const { id, mspId } = this.device
    await this.records.factories.inMsp(
      mspId,
      (tx) => tx`update work_orders set state = 'void', finished_at = now()
        where device_id = ${id} and state = 'ready' and body = '{}' and rollout_id is null`,
    )
  }
}

/** A forge for one device of the lab. */
export async function openForge(records: Records, device: DeviceRef): Promise<OrderForge> {
  const privateKey = createPrivateKey(await readFile(stack.signingKeyFile))
  const keyid = keyIdOf(Buffer.from(exportRawPublicKey(privateKey), 'base64'))
  return new OrderForge(records, device, { keyid, privateKey })
}

/** An update set of one package, made up or as a device reported it. */
export function setOf(update: {
  name: string
  fromVersion: string
  version: string
  sha256: string | null
}): UpdateSet {
  const { name, fromVersion, version } = update
  return {
    key: '0'.repeat(64),
    updates: [{ manager: 'apt', architecture: 'all', ...update }],
    undoClass: 'fetchable',
    undo: [{ manager: 'apt', name, fromVersion: version, toVersion: fromVersion, architecture: 'all', sha256: null }],
  }
}
