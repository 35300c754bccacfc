import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { DoorError } from './errors.ts'

/** Allowed events in `perMs`. */
export interface Allowance {
  points: number
  perMs: number
}

export interface RateLimitOptions {
  /** Any request of one address, before anything costly. Many devices share the address of their office. */
  address: Allowance
  /** Authenticated requests of one device. */
  device: Allowance
  enrol: Allowance
  /** Refused tokens and enrolment proofs of one address. */
  failedEnrol: Allowance
  /** Ids that no device has, of one address: above it, such an id is told to wait. A device is never refused for its address. */
  failedAddress: Allowance
  /** Refused credentials of one address that name one device: above it, this pair is not looked at. */
  failedPair: Allowance
  /** Inventories of one device: each may cost the database seconds. */
  inventory: Allowance
  /** Bytes of inventories of one device; one inventory must fit. */
  inventoryBytes: Allowance
  /** Bytes of reports of one device: each is kept as evidence. */
  reportBytes: Allowance
  download: Allowance
}

export const defaultRateLimits: RateLimitOptions = {
  address: { points: 10_000, perMs: 10_000 },
  device: { points: 600, perMs: 60_000 },
  enrol: { points: 120, perMs: 60_000 },
  failedEnrol: { points: 20, perMs: 60_000 },
  failedAddress: { points: 200, perMs: 10_000 },
  failedPair: { points: 20, perMs: 10_000 },
  inventory: { points: 60, perMs: 600_000 },
  inventoryBytes: { points: 32 * 1024 * 1024, perMs: 600_000 },
  reportBytes: { points: 16 * 1024 * 1024, perMs: 600_000 },
  download: { points: 300, perMs: 60_000 },
}

export type RateLimits = ReturnType<typeof createRateLimits>

/** Counters in this process's memory: they guard the process, the rules of the product do not lean on them. */
export function createRateLimits(options: RateLimitOptions) {
  return {
    address: limiter(options.address),
    device: limiter(options.device),
    enrol: limiter(options.enrol),
    failedEnrol: limiter(options.failedEnrol),
    failedAddress: limiter(options.failedAddress),
    failedPair: limiter(options.failedPair),
    inventory: limiter(options.inventory),
    inventoryBytes: limiter(options.inventoryBytes),
    reportBytes: limiter(options.reportBytes),
    download: limiter(options.download),
  }
}

function limiter({ points, perMs }: Allowance) {
  const memory = new RateLimiterMemory({ points, duration: perMs / 1000 })
  return {
    /** Uses one up, or as many as said; throws `rate-limited` when fewer are left. */
    async use(key: string, count = 1): Promise<void> {
      try {
        await memory.consume(key, count)
      } catch (refused) {
        throw refused instanceof RateLimiterRes ? rateLimited(refused.msBeforeNext) : refused
      }
    },
    /** Throws `rate-limited` when none is left; uses none up. */
    async check(key: string): Promise<void> {
      const used = await memory.get(key)
      if (used && used.consumedPoints >= points) throw rateLimited(used.msBeforeNext)
    },
    /** Notes one event; never throws. */
    async note(key: string): Promise<void> {
      await memory.penalty(key)
    },
  }
}

const rateLimited = (retryAfterMs: number) =>
  new DoorError('rate-limited', 'Too many requests. Try again later.', { retryAfterMs: Math.max(1_000, retryAfterMs) })
