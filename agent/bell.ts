/** Wakes one waiter; a ring that comes before the waiting is not lost. */
export class Bell {
  #isRung = false
  #wake: (() => void) | null = null

  ring(): void {
    this.#isRung = true
    this.#wake?.()
  }

  /** Waits for a ring, at most `ms`, or until the signal. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', finish)
        this.#wake = null
        this.#isRung = false
        resolve()
      }
      const timer = setTimeout(finish, Math.min(ms, 2_147_483_647))
      this.#wake = finish
      signal.addEventListener('abort', finish, { once: true })
      if (this.#isRung || signal.aborted) finish()
    })
  }
}
