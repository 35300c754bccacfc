import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { DoorErrorCode } from '../../agent/wire/door.ts'

/** Numbers of this process, for `/metrics` on loopback. */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Histogram({
    name: 'patchward_door_request_seconds',
    help: 'Time from the first byte to the answer',
    labelNames: ['route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.05, 0.2, 1, 5, 60],
    registers,
  })
  const refusals = new Counter({
    name: 'patchward_door_refusals_total',
    help: 'Requests refused, by code',
    labelNames: ['code'],
    registers,
  })
  const failedLeases = new Counter({
    name: 'patchward_door_failed_leases_total',
    help: 'Wakes of waiting devices that could not reach the database',
    registers,
  })
  const heldPolls = new Gauge({ name: 'patchward_door_held_polls', help: 'Devices that wait for an order', registers })
  return {
    refused: (code: DoorErrorCode) => refusals.inc({ code }),
    leaseFailed: () => failedLeases.inc(),
    answered: (route: string, status: number, seconds: number) =>
      requests.observe({ route, status: String(status) }, seconds),
    render: (held: number) => {
      heldPolls.set(held)
      return registry.metrics()
    },
  }
}
