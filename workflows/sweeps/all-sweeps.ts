import type { Logger } from 'pino'
import type { AuditSigner } from '../../server/audit/sign-head.ts'
import { jobContext } from '../../server/auth/job-context.ts'
import { countUsage } from '../../server/billing/count-usage.ts'
import { followEvents, hearMissedEvents } from '../../server/billing/follow-events.ts'
import { makeDueStatements } from '../../server/billing/make-due-statements.ts'
import { eraseDueClients } from '../../server/client-erasures/erase-due-clients.ts'
import { refreshFleet } from '../../server/devices/refresh-fleet.ts'
import { announceChanges } from '../../server/live/announce-changes.ts'
import { countAskedReports } from '../../server/reports/count-asked-reports.ts'
import { mailReports } from '../../server/reports/delivery/mail-reports.ts'
import { releaseDueReports } from '../../server/reports/delivery/release-due-reports.ts'
import { findReportZones } from '../../server/reports/freeze-due-reports.ts'
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
  /** Makes Temporal wake the monthly reports of these time zones. */
  keepSchedules: (zones: readonly string[]) => Promise<number>
  /** Makes Temporal tell the meters each night; null where nobody is asked for money. */
  keepBillingSchedule: (() => Promise<void>) | null
}

/** Every sweep and how often it looks when there is nothing to do. They need PostgreSQL only; the relay and the schedules alone need Temporal. */
export function allSweeps({
  signer,
  auditSigner,
  send,
  checkInMs,
  log,
  keepSchedules,
  keepBillingSchedule,
}: SweepNeeds): Sweep[] {
  const relayOutbox = createOutboxRelay(send)
  const billing = (mspId: string) => jobContext(mspId, 'billing')
  const changedClients = new Set<string>()
  const reportJob = (mspId: string) => jobContext(mspId, 'report')
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
    {
      name: 'report schedules',
      intervalMs: 60_000,
      run: async () => {
        await keepSchedules(await findReportZones())
        return 0
      },
    },
    { name: 'reports by themselves', intervalMs: 60_000, run: () => releaseDueReports(reportJob, new Date()) },
    { name: 'report mails', intervalMs: 1_000, run: () => mailReports(reportJob, new Date()) },
    { name: 'report corrections', intervalMs: 2_000, run: () => countAskedReports(reportJob, new Date()) },
    {
      name: 'usage ledger',
      intervalMs: 60_000,
      run: async () => {
        await countUsage(new Date())
        return 0
      },
    },
    { name: 'statements', intervalMs: 60_000, run: () => makeDueStatements(billing, new Date()) },
    {
      name: 'billing schedule',
      intervalMs: 60_000,
      run: async () => {
        await keepBillingSchedule?.()
        return 0
      },
    },
    { name: 'events of Stripe', intervalMs: 2_000, run: () => followEvents(billing, new Date()) },
    // For those whose webhook never came.
    { name: 'missed events of Stripe', intervalMs: 3_600_000, run: () => hearMissedEvents(new Date()) },
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
