/** Waits `ms`, or less when the signal is given. Says whether the whole time went by. Never throws. */
export function wait(ms: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false)
  return new Promise((resolve) => {
    const onAbort = () => {
      clearTimeout(timer)
      resolve(false)
    }
    // A timer holds at most 2^31-1 ms; who waits longer asks again.
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', onAbort)
        resolve(true)
      },
      Math.min(Math.max(0, ms), 2_147_483_647),
    )
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
