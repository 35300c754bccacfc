import { leaseOrders } from './batches.ts'

export interface HeldPollsOptions {
  now: () => Date
  maxHeld: number
  sweepMs: number
  /** A wake could not reach the database; the next sweep tries again. */
  onError: (error: unknown) => void
}

interface Held {
  answer: (orders: unknown[]) => void
  isGone: () => boolean
}

const leaseAtOnce = 500

/** Long polls that wait for an order. A wake leases for all of them in few calls, whoever woke it and however often. */
export function createHeldPolls(options: HeldPollsOptions) {
  const held = new Map<string, Held>()
  let isLeasing = false
  let isAskedAgain = false
  let isClosed = false

  async function leaseForAll(): Promise<void> {
    const ids = [...held.keys()].sort()
    for (let from = 0; from < ids.length; from += leaseAtOnce) {
      // Who hung up meanwhile must not be leased an order that nobody reads.
      const waiting = ids.slice(from, from + leaseAtOnce).filter((id) => held.get(id)?.isGone() === false)
      if (waiting.length === 0) continue
      for (const [deviceId, orders] of await leaseOrders(options.now(), waiting)) held.get(deviceId)?.answer(orders)
    }
  }

  /** Looks for orders of everyone who waits; asked while one look is under way, it looks once more after it. */
  function wake(): void {
    if (held.size === 0 || isClosed) return
    if (isLeasing) {
      isAskedAgain = true
      return
    }
    isLeasing = true
    leaseForAll()
      .catch(options.onError)
      .finally(() => {
        isLeasing = false
        const again = isAskedAgain
        isAskedAgain = false
        if (again) wake()
      })
  }

  const sweep = setInterval(wake, options.sweepMs)
  sweep.unref()

  return {
    wake,
    count: () => held.size,
    hasRoom: () => !isClosed && held.size < options.maxHeld,
    /** Waits for orders of one device: empty after `waitMs`, on a newer poll of the same device, at the end of the process. */
    wait(deviceId: string, waitMs: number, isGone: () => boolean): { orders: Promise<unknown[]>; leave: () => void } {
      let leave = () => {}
      const orders = new Promise<unknown[]>((resolve) => {
        const answer = (given: unknown[]) => {
          clearTimeout(timer)
          if (held.get(deviceId) === entry) held.delete(deviceId)
          resolve(given)
        }
        const entry: Held = { answer, isGone }
        const timer = setTimeout(() => answer([]), waitMs)
        held.get(deviceId)?.answer([])
        held.set(deviceId, entry)
        leave = () => answer([])
      })
      return { orders, leave }
    },
    /** Answers everyone with nothing; whoever comes later is not held. */
    close(): void {
      isClosed = true
      clearInterval(sweep)
      for (const { answer } of [...held.values()]) answer([])
    },
  }
}
