import { join } from 'node:path'
import { loadConfig } from './config.ts'
import { readJsonLines, readOwnText } from './state/durable-file.ts'
import { readOpenOrders } from './state/order-book.ts'
import { findStateOwner } from './state/state-lock.ts'
import { agentVersion } from './version.ts'
import { versionOf } from './wire/envelope.ts'

/** What `status` prints. Reads only; throws when the device is not enrolled. */
export function readStatus(stateDir: string): Record<string, unknown> {
  const config = loadConfig(stateDir)
  const open = readOpenOrders(stateDir)
  const contact: unknown = JSON.parse(readOwnText(join(stateDir, 'contact.json')) ?? 'null')
  const head: unknown = JSON.parse(readOwnText(join(stateDir, 'outbox-head.json')) ?? '{"ackSeq":0}')
  const ackSeq = typeof head === 'object' && head !== null && 'ackSeq' in head ? Number(head.ackSeq) : 0
  const outbox = readJsonLines(join(stateDir, 'outbox.jsonl')).lines
  // Lines of the outbox are signed reports.
  const waiting = outbox.filter((line) => (line as { report: { seq: number } }).report.seq > ackSeq).length
  return {
    version: agentVersion,
    deviceId: config.deviceId,
    server: config.server,
    aptRoot: config.aptRoot || '/',
    rootVersion: versionOf(config.root),
    runningPid: findStateOwner(stateDir),
    contact,
    reportsWaiting: waiting,
    openOrders: open.map(({ order, watchEndsAt, permit }) => ({
      orderId: order.orderId,
      verb: order.verb,
      at: watchEndsAt ? `watching until ${watchEndsAt}` : permit ? 'started' : 'waiting',
    })),
  }
}
