import { type CheckInItem, type CheckInRow, type CounterItem, type DoorCalls, ingest } from '../ingest.ts'
import { createBatcher } from './batcher.ts'

const keyOf = (item: { deviceId: string }) => item.deviceId
const byDevice = <T extends { device_id: string }>(rows: readonly T[]) =>
  new Map(rows.map((row) => [row.device_id, row]))

export interface InventoryItem extends CounterItem {
  body: object
  bytes: number
}
export interface PermitItem extends CounterItem {
  orderId: string
}
export interface ReportsItem extends CounterItem {
  reports: object[]
  bytes: number
}

/** The door's calls on behalf of single devices, gathered. */
export function createBatches(now: () => Date, databaseConnections: number) {
  return {
    checkIn: createBatcher<CheckInItem, CheckInRow>({
      keyOf,
      maxItems: 500,
      // One at a time makes larger batches: a fifth less work a request than two, measured at 64 connections.
      parallel: 1,
      run: async (items) => byDevice(await ingest('check-in', { at: now(), items })),
    }),
    useCounter: createBatcher<CounterItem, DoorCalls['use-counters']['row']>({
      keyOf,
      maxItems: 500,
      run: async (items) => byDevice(await ingest('use-counters', { at: now(), items })),
    }),
    lease: createBatcher<{ deviceId: string }, unknown[]>({
      keyOf,
      maxItems: 500,
      run: (items) => leaseOrders(now(), items.map(keyOf)),
    }),
    // One by one, each behind a lock that a person's verb may hold: never so many that check-ins wait with them.
    permit: createBatcher<PermitItem, DoorCalls['permit']['row']>({
      keyOf,
      maxItems: 1,
      parallel: Math.max(1, Math.floor(databaseConnections / 2)),
      run: async ([item]) => {
        const [row] = item ? await ingest('permit', { at: now(), ...item }) : []
        return new Map(item && row ? [[item.deviceId, row]] : [])
      },
    }),
    inventory: createBatcher<InventoryItem, DoorCalls['inventory']['row']>({
      keyOf,
      maxItems: 50,
      weightOf: ({ bytes }) => bytes,
      maxWeight: 8_000_000,
      run: async (items) => byDevice(await ingest('inventory', { at: now(), items })),
    }),
    reports: createBatcher<ReportsItem, DoorCalls['reports']['row']>({
      keyOf,
      maxItems: 100,
      weightOf: ({ bytes }) => bytes,
      maxWeight: 4_000_000,
      run: async (items) => byDevice(await ingest('reports', { at: now(), items })),
    }),
  }
}

/** Envelopes by device, for devices that have something to get now. */
export async function leaseOrders(at: Date, ids: string[]): Promise<Map<string, unknown[]>> {
  const leased = new Map<string, unknown[]>()
  for (const row of await ingest('lease', { at, ids })) {
    leased.set(row.device_id, [...(leased.get(row.device_id) ?? []), row.envelope])
  }
  return leased
}
