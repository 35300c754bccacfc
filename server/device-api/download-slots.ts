import { DoorError } from './errors.ts'

export type DownloadSlots = ReturnType<typeof createDownloadSlots>

/** Downloads under way: at most `max` in this process, and half of them for one address, so that none takes them all. */
export function createDownloadSlots(max: number) {
  const maxPerAddress = Math.ceil(max / 2)
  const byAddress = new Map<string, number>()
  let taken = 0
  return {
    /** Takes a slot; the answer gives it back, and may be called twice. Throws `unavailable` when none is free. */
    take: (address: string): (() => void) => {
      const own = byAddress.get(address) ?? 0
      if (taken >= max || own >= maxPerAddress) {
        throw new DoorError('unavailable', 'Too many downloads are under way. Try again later.', {
          retryAfterMs: 10_000,
        })
      }
      taken += 1
      byAddress.set(address, own + 1)
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        taken -= 1
        const left = (byAddress.get(address) ?? 1) - 1
        if (left > 0) byAddress.set(address, left)
        else byAddress.delete(address)
      }
    },
    count: () => taken,
  }
}
