import { createServer } from 'node:http'
import { Client, Connection } from '@temporalio/client'
import { NativeConnection, Worker } from '@temporalio/worker'
import { pino } from 'pino'
import { closePools, connectPools, isDatabaseReachable } from '../db/tenant.ts'
import { loadAuditSigner } from '../server/audit/load-audit-signer.ts'
import type { AuditSigner } from '../server/audit/sign-head.ts'
import { jobContext } from '../server/auth/job-context.ts'
import { connectStripe } from '../server/billing/stripe-connection.ts'
import { workerEnv } from '../server/env/worker.ts'
import { connectMail } from '../server/mail/gateway.ts'
import { rolloutTaskQueue } from '../server/rollouts/contract.ts'
import { loadSigner } from '../server/work-orders/load-signer.ts'
import type { OrderSigner } from '../server/work-orders/sign-orders.ts'
import { createBillingActivities } from './billing/activities.ts'
import { keepBillingSchedule } from './billing/keep-schedule.ts'
import { DomainErrorInterceptor } from './domain-errors.ts'
import { createReportActivities } from './reports/activities.ts'
import { keepSchedules } from './reports/keep-schedules.ts'
import { createRolloutActivities } from './rollout/activities.ts'
import { allSweeps } from './sweeps/all-sweeps.ts'
import { runSweep } from './sweeps/run-sweep.ts'
import { sendToTemporal } from './sweeps/send-to-temporal.ts'

const log = pino({ name: 'worker' })
const env = workerEnv()
const stop = new AbortController()
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort())

connectPools({ tenant: env.tenantUrl, across: env.acrossUrl })
connectStripe(env.stripe)
connectMail({ url: env.mailUrl, from: env.mailFrom, publicUrl: env.publicUrl })
let signer: OrderSigner | undefined
let auditSigner: AuditSigner | undefined
/** Why this process cannot do its work, or null. Without its key no order is ever signed, and nothing moves. */
async function findTrouble(): Promise<string | null> {
  if (!(await isDatabaseReachable())) return 'the database does not answer'
  if (!signer) return 'the order-signing key is not loaded; the log of the worker says why'
  return auditSigner ? null : 'the audit-signing key is not loaded; the log of the worker says why'
}
const health = createServer(async (request, response) => {
  if (request.url !== '/healthz' && request.url !== '/readyz') return response.writeHead(404).end('not found\n')
  const trouble = request.url === '/readyz' ? await findTrouble() : null
  return response.writeHead(trouble ? 503 : 200).end(trouble ? `not ready: ${trouble}\n` : 'ok\n')
}).listen(env.healthPort, '127.0.0.1')

/** Without the database there is nothing to do yet: wait for it, as for Temporal. */
async function untilStopped<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
  for (let pauseMs = 250; !stop.signal.aborted; pauseMs = Math.min(5_000, pauseMs * 2)) {
    try {
      return await work()
    } catch (error) {
      log.warn({ err: error, what }, 'not reachable yet')
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  return undefined
}

async function runTemporalWorker(): Promise<void> {
  while (!stop.signal.aborted) {
    const connection = await untilStopped('Temporal', () => NativeConnection.connect(env.temporal))
    if (!connection) return
    const worker = await untilStopped('Temporal namespace', () =>
      Worker.create({
        connection,
        namespace: env.temporalNamespace,
        taskQueue: rolloutTaskQueue,
        workflowBundle: { codePath: env.workflowBundle },
        activities: {
          ...createRolloutActivities((mspId) => jobContext(mspId, 'rollout')),
          ...createReportActivities((mspId) => jobContext(mspId, 'report')),
          ...createBillingActivities((mspId) => jobContext(mspId, 'billing')),
        },
        interceptors: { activity: [() => ({ inbound: new DomainErrorInterceptor() })] },
        shutdownGraceTime: '10 seconds',
      }),
    )
    if (!worker) return
    const shutdown = () => worker.shutdown()
    stop.signal.addEventListener('abort', shutdown)
    if (stop.signal.aborted) return
    log.info('worker polls')
    // A worker that fails (Temporal gone for long) is made anew; the sweeps go on meanwhile.
    await worker.run().catch((error) => log.error({ err: error }, 'Temporal worker ended'))
    stop.signal.removeEventListener('abort', shutdown)
    await connection.close().catch(() => {})
  }
}

signer = await untilStopped('signing key', () => loadSigner(env.signingKeyFile, new Date()))
if (signer) auditSigner = await untilStopped('audit key', () => loadAuditSigner(env.auditKeyFile))
if (signer && auditSigner) {
  const connection = Connection.lazy(env.temporal)
  const temporal = new Client({ connection, namespace: env.temporalNamespace })
  const send = sendToTemporal(temporal)
  const sweeps = allSweeps({
    ...{ signer, auditSigner, send, checkInMs: env.checkInMs, log },
    keepSchedules: (zones) => keepSchedules(temporal, zones),
    keepBillingSchedule: env.stripe ? () => keepBillingSchedule(temporal) : null,
  })
  log.info('sweeps run')
  await Promise.all([runTemporalWorker(), ...sweeps.map((sweep) => runSweep(sweep, log, stop.signal))])
  await connection.close().catch(() => {})
}
health.close()
await closePools()
log.info('stopped')
