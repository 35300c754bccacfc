import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { DomainError } from '../errors.ts'

/** Requests of one key in a minute, and bad keys of one address. In this process's memory: they guard it and its database. */
export const keyPoints = 600
export const badKeyPoints = 30
const minuteS = 60
const knownGoodMs = 5 * 60_000
const mostKnown = 10_000

// Next bundles server code more than once; every copy counts in one place.
const shared = globalThis as { patchwardKeyLimits?: ReturnType<typeof makeLimits> }

function makeLimits() {
  return {
    keys: new RateLimiterMemory({ points: keyPoints, duration: minuteS }),
    badKeys: new RateLimiterMemory({ points: badKeyPoints, duration: minuteS }),
    good: new Map<string, number>(),
  }
}

function limits() {
  shared.patchwardKeyLimits ??= makeLimits()
  return shared.patchwardKeyLimits
}

/** Forgets what was counted: for tests, which are one address. */
export function forgetKeyLimits(): void {
  shared.patchwardKeyLimits = undefined
}

/** A key that worked a moment ago is not held up for bad keys of its neighbours behind one address. It is looked up all the same. */
export function isKnownGood(hash: string, now: Date): boolean {
  return (limits().good.get(hash) ?? 0) > now.getTime()
}

export function noteGoodKey(hash: string, now: Date): void {
  const { good } = limits()
  // The oldest first: a Map keeps the order in which keys were put in.
  good.delete(hash)
  good.set(hash, now.getTime() + knownGoodMs)
  const [oldest] = good.keys()
  if (good.size > mostKnown && oldest) good.delete(oldest)
}

/** Throws `too-many` when this address showed too many bad keys. */
export async function checkAddress(address: string): Promise<void> {
  const used = await limits().badKeys.get(address)
  if (used && used.consumedPoints >= badKeyPoints) throw tooMany(used.msBeforeNext)
}

export async function noteBadKey(hash: string, address: string): Promise<void> {
  limits().good.delete(hash)
  await limits().badKeys.penalty(address)
}

/** Uses one request of a key up; throws `too-many` when none is left. */
export async function countUse(keyId: string): Promise<void> {
  try {
    await limits().keys.consume(keyId)
  } catch (refused) {
    throw refused instanceof RateLimiterRes ? tooMany(refused.msBeforeNext) : refused
  }
}

const tooMany = (waitMs: number) =>
  new DomainError('too-many', `Too many requests. Try again in ${Math.max(1, Math.ceil(waitMs / 1000))} seconds.`)
