import { join } from 'node:path'
import type { Device } from '../device.ts'

/** How long a restarted agent waits for a transaction of its earlier life. */
export const rejoinLimitMs = 2 * 3_600_000

/** Folder of one transaction: claim, pid, output and result. */
export function transactionFolder(device: Device, transactionId: string): string {
  return join(device.stateDir, 'transactions', transactionId)
}
