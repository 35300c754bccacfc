import { log, messageOf } from '../log.ts'
import { wait } from '../wait.ts'

export interface RetryRule {
  firstMs: number
  maxMs: number
  /** Failures in a row after which it is given up. */
  tries: number
}

/** A full disk or a busy package manager gets a quarter of an hour to come right before the order is given up. */
export const orderRetryRule: RetryRule = { firstMs: 5_000, maxMs: 5 * 60_000, tries: 6 }

/**
 * Calls `work` until it does not throw, with growing pauses; from the `tries`th failure in a row on `giveUp` is called
 * instead, with the last reason, and again until it does not throw either: nothing can be told while the disk is full.
 * Ends without either once `signal` has come. `isNewTrouble` says, from how long a try went well, that the count begins anew.
 */
export async function keepTrying(
  rule: RetryRule,
  signal: AbortSignal,
  work: (lastReason: string) => Promise<void>,
  giveUp: (lastReason: string) => Promise<void>,
  isNewTrouble: (tookMs: number) => boolean = () => false,
): Promise<void> {
  let failures = 0
  let reason = ''
  while (!signal.aborted) {
    const startedMs = performance.now()
    try {
      await (failures < rule.tries ? work(reason) : giveUp(reason))
      return
    } catch (error) {
      if (signal.aborted) return
      if (failures < rule.tries && isNewTrouble(performance.now() - startedMs)) failures = 0
      if (failures < rule.tries) reason = messageOf(error)
      failures += 1
      const pauseMs = Math.min(rule.firstMs * 4 ** (failures - 1), rule.maxMs)
      log('error', 'an order could not be carried out', { reason: messageOf(error), failures, pauseMs })
      await wait(pauseMs, signal)
    }
  }
}
