import type { Logger } from 'pino'
import type { AuditSigner } from '../../server/audit/sign-head.ts'
import { jobContext } from '../../server/auth/job-context.ts'
import { eraseDueClients } from '../../server/client-erasures/erase-due-clients.ts'
import { refreshFleet } from '../../server/devices/refresh-fleet.ts'
import { announceChanges } from '../../server/live/announce-changes.ts'
import { markChangedRings } from '../../server/rollouts/mark-changed-rings.ts'
import { takeBackLate } from '../../server/rollouts/take-back-late.ts'
import { dispatchOrders } from '../../server/work-orders/dispatch-orders.ts'
import { endLateOrders } from '../../server/work-orders/end-late-orders.ts'
import { type OrderSigner, signOrders } from '../../server/work-orders/sign-orders.ts'
import { createAuditSweep } from './audit-sweep.ts'
import { createOutboxRelay, type Send } from './outbox-relay.ts'
import { createPlanSweep } from './plan-sweep.ts'
import type { Sweep } from './run-sweep.ts'

export interface SweepNeeds {
  signer: OrderSigner
  auditSigner: AuditSigner
  send: Send
  checkInMs: number
  log: Logger
}

/** Every sweep and how often it looks when there is nothing to do. They need PostgreSQL only; the relay alone needs Temporal. */
export function allSweeps({ signer, auditSigner, send, checkInMs, log }: SweepNeeds): Sweep[] {
  const relayOutbox = createOutboxRelay(send)
  const changedClients = new Set<string>()
  return [
    { name: 'evaluator', intervalMs: 500, run: () => markChangedRings(new Date()) },
    { name: 'late failures', intervalMs: 500, run: () => takeBackLate((mspId) => jobContext(mspId, 'rollout')) },
    {
      name: 'dispatch',
      intervalMs: 500,
      run: async () => {
        const { installs, rollbacks, voided } = await dispatchOrders(new Date())
        return installs + rollbacks + voided
      },
    },
    { name: 'signer', intervalMs: 200, run: () => signOrders(new Date(), signer) },
    { name: 'relay', intervalMs: 200, run: () => relayOutbox(new Date()) },
    createPlanSweep(log),
    createAuditSweep(auditSigner),
    { name: 'erasure', intervalMs: 60_000, run: () => eraseDueClients((mspId) => jobContext(mspId, 'erasure')) },
    { name: 'late orders', intervalMs: 60_000, run: () => endLateOrders(new Date()) },
    {
      name: 'announcer',
      intervalMs: 200,
      run: async () => {
        for (const { clientId } of await announceChanges()) if (clientId) changedClients.add(clientId)
        // At most five rounds of notifications a second, however much there is.
        return 0
      },
    },
    {
      name: 'fleet of changed clients',
      intervalMs: 2_000,
      run: async () => {
        const clients = [...changedClients]
        changedClients.clear()
        if (clients.length > 0) await refreshFleet(new Date(), checkInMs, clients)
        return 0
      },
    },
    {
      name: 'fleet',
      intervalMs: Math.min(60_000, checkInMs),
      run: async () => {
        await refreshFleet(new Date(), checkInMs, null)
        return 0
      },
    },
  ]
}
