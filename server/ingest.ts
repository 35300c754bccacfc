import type { Envelope, KeyRoot } from '../agent/wire/envelope.ts'
import { closePools, connectPools, doorPool, isDatabaseReachable } from '../db/tenant.ts'
import { errorCode, isDeadlock, isLostConnection } from './database-error.ts'

/** What the device door may ask of the database: named set-based functions, ids from verified credentials, `at` as the clock. */
export interface DoorCalls {
  credentials: { batch: { ids: string[] }; row: CredentialRow }
  'signing-roots': { batch: { after: number }; row: { version: number; root: KeyRoot; envelope: Envelope | null } }
  'note-root': { batch: { at: Date; deviceId: string; version: number; refusal: string | null }; row: object }
  enrol: {
    batch: { at: Date; tokenHash: string; publicKey: string; facts: object }
    row: { verdict: 'enrolled' | 'token-refused'; device_id: string | null; msp_id: string | null }
  }
  standing: { batch: { deviceId: string }; row: StandingRow }
  'use-counters': { batch: { at: Date; items: CounterItem[] }; row: { device_id: string; is_fresh: boolean } }
  'check-in': { batch: { at: Date; items: CheckInItem[] }; row: CheckInRow }
  inventory: {
    batch: { at: Date; items: (CounterItem & { body: object })[] }
    row: { device_id: string; is_fresh: boolean }
  }
  lease: { batch: { at: Date; ids: string[] }; row: { device_id: string; order_id: string; envelope: unknown } }
  permit: { batch: { at: Date; orderId: string } & CounterItem; row: PermitRow }
  reports: {
    batch: { at: Date; items: (CounterItem & { reports: object[] })[] }
    row: { device_id: string; is_fresh: boolean; ack_seq: string; dropped: string[] }
  }
}
export interface CounterItem {
  deviceId: string
  counter: number
}
export interface CheckInItem extends CounterItem {
  facts: string
  packages: string
  missing: string
}
export interface CheckInRow {
  device_id: string
  is_fresh: boolean
  want_facts: boolean
  want_packages: boolean
  want_missing: boolean
  has_orders: boolean
  /** Null while there is no signing key. */
  root_version: number | null
}
export interface CredentialRow {
  device_id: string
  msp_id: string
  client_id: string
  public_key: string
  is_retired: boolean
}
/** Where the door stands with a device; the numbers are bigints as text. */
export interface StandingRow {
  counter_high: string
  report_seq: string
  report_hash: string
}
export interface PermitRow {
  is_fresh: boolean
  denial: string | null
  valid_until: Date | null
}

export type DoorCall = keyof DoorCalls
type Rows<C extends DoorCall> = readonly DoorCalls[C]['row'][]
type Calls = { [C in DoorCall]: (batch: DoorCalls[C]['batch']) => PromiseLike<Rows<C>> }

const column = <T extends object, K extends keyof T>(items: T[], key: K) => items.map((item) => item[key])

const calls: Calls = {
  credentials: ({ ids }) => doorPool()<CredentialRow[]>`select * from door.credentials(${ids})`,
  'signing-roots': ({ after }) =>
    doorPool()<Rows<'signing-roots'>[number][]>`select * from door.signing_roots(${after})`,
  'note-root': ({ at, deviceId, version, refusal }) =>
    doorPool()`select door.note_root(${at}, ${deviceId}, ${version}, ${refusal})`,
  enrol: ({ at, tokenHash, publicKey, facts }) =>
    doorPool()<Rows<'enrol'>[number][]>`
      select verdict, device_id, msp_id from door.enrol(${at}, ${tokenHash}, ${publicKey}, ${JSON.stringify(facts)}::text::jsonb)`,
  standing: ({ deviceId }) => doorPool()<StandingRow[]>`select * from door.standing(${deviceId})`,
  'use-counters': ({ at, items }) =>
    doorPool()<Rows<'use-counters'>[number][]>`
      select * from door.use_counters(${at}, ${column(items, 'deviceId')}, ${column(items, 'counter')})`,
  'check-in': ({ at, items }) =>
    doorPool()<CheckInRow[]>`
      select * from door.check_in(${at}, ${column(items, 'deviceId')}, ${column(items, 'counter')}, ${column(items, 'facts')},
        ${column(items, 'packages')}, ${column(items, 'missing')})`,
  inventory: ({ at, items }) => {
    const batch = items.map(({ deviceId, counter, body }) => ({ device_id: deviceId, counter, ...body }))
    return doorPool()<Rows<'inventory'>[number][]>`
      select * from door.inventory(${at}, ${JSON.stringify(batch)}::text::jsonb)`
  },
  lease: ({ at, ids }) => doorPool()<Rows<'lease'>[number][]>`select * from door.lease(${at}, ${ids})`,
  permit: ({ at, deviceId, counter, orderId }) =>
    doorPool()<PermitRow[]>`select * from door.permit(${at}, ${deviceId}, ${counter}, ${orderId})`,
  reports: ({ at, items }) => {
    const batch = items.map(({ deviceId, counter, reports }) => ({ device_id: deviceId, counter, reports }))
    return doorPool()<Rows<'reports'>[number][]>`
      select * from door.reports(${at}, ${JSON.stringify(batch)}::text::jsonb)`
  },
}

/** The database cannot be reached, or does not answer in time. */
export class DatabaseUnavailable extends Error {}

const answerWithinMs = 15_000

/**
 * The device door's way to the data, beside `read` and `perform`: one named function over one batch, answered after its commit.
 * Throws `DatabaseUnavailable`, or the database's own error when the batch itself is at fault. A deadlock is tried again.
 */
export async function ingest<C extends DoorCall>(call: C, batch: DoorCalls[C]['batch']): Promise<Rows<C>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await withinTime(calls[call](batch))
    } catch (error) {
      const code = errorCode(error)
      if (isLostConnection(error)) throw new DatabaseUnavailable(`the database is not reachable (${code})`)
      // Deadlock, serialisation, and two enrolments of one key at once: the other one has committed by now.
      const isTransient = isDeadlock(error) || code === '40001' || (code === '23505' && call === 'enrol')
      if (!isTransient || attempt >= 4) throw error
    }
  }
}

function withinTime<T>(work: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DatabaseUnavailable(`no answer within ${answerWithinMs} ms`)), answerWithinMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Calls `wake` when orders were signed (from another process), and after each reconnect. Its own direct connection. */
export async function listenForOrders(wake: () => void): Promise<void> {
  await doorPool().listen('patchward_orders', wake, wake)
}

export const openDoorPool = (url: string, max: number) => connectPools({ door: url, max })
export const closeDoorPool = closePools
export { isDatabaseReachable }
