import { createBatches } from './batches.ts'
import { createCredentialCache } from './credential-cache.ts'
import { createDownloadSlots } from './download-slots.ts'
import { createFileHasher } from './hash-file.ts'
import { createHeldPolls } from './held-polls.ts'
import { createMetrics } from './metrics.ts'
import { createRateLimits, defaultRateLimits, type RateLimitOptions } from './rate-limits.ts'

export interface DoorOptions {
  /** Secret behind the hourly session keys; at least 32 characters, the same in every copy of the process. */
  sessionSecret: string
  /** Where devices reach this door: written into the install script. */
  publicUrl: string
  checkInMs: number
  /** How many connections to the database this process has; 8 where nothing is said. */
  databaseConnections?: number
  /** The agent in one file, as `node agent/build.ts` makes it. */
  agentBundleFile: string
  /** The Node binary that devices run: by default the one this process runs on. */
  nodeFile?: string
  now?: () => Date
  limits?: Partial<RateLimitOptions>
  /** A download that passes nothing on for this long is ended. */
  downloadStallMs?: number
  /** Downloads under way in this process; one address may hold half. Above it: 503 and a time to come back. */
  maxDownloads?: number
  /** Polls held at the same time; above it a poll is answered at once. */
  maxHeldPolls?: number
  /** How often waiting devices are looked at for windows that opened. */
  sweepMs?: number
}

/** What the routes share. */
export type Door = ReturnType<typeof createDoor>

export function createDoor(options: DoorOptions) {
  const now = options.now ?? (() => new Date())
  const metrics = createMetrics()
  const nodeFile = options.nodeFile ?? process.execPath
  return {
    now,
    metrics,
    publicUrl: options.publicUrl,
    sessionSecret: options.sessionSecret,
    checkInMs: options.checkInMs,
    jitterMs: Math.round(options.checkInMs / 10),
    agentBundleFile: options.agentBundleFile,
    nodeFile,
    hashBundle: createFileHasher(options.agentBundleFile),
    hashNode: createFileHasher(nodeFile),
    downloads: createDownloadSlots(options.maxDownloads ?? 50),
    downloadStallMs: options.downloadStallMs ?? 30_000,
    limits: createRateLimits({ ...defaultRateLimits, ...options.limits }),
    credentials: createCredentialCache(options.sessionSecret, now),
    batches: createBatches(now, options.databaseConnections ?? 8),
    polls: createHeldPolls({
      now,
      maxHeld: options.maxHeldPolls ?? 50_000,
      sweepMs: options.sweepMs ?? 5_000,
      onError: metrics.leaseFailed,
    }),
  }
}
