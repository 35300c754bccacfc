import type { Device } from '../device.ts'
import { wait } from '../wait.ts'

/** How often the clock is looked at again: it may be set while somebody waits for it. */
export const clockLookMs = 60_000

/** Waits until the device's clock shows this date, or `signal`. A clock that is set meanwhile, back or forward, counts within a minute. */
export async function waitForDate(device: Device, date: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const leftMs = Date.parse(date) - device.now().getTime()
    if (!(leftMs > 0) || signal.aborted) return
    await wait(Math.min(leftMs, clockLookMs), signal)
  }
}
