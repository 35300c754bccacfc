const firstMs = 1_000
const maxMs = 5 * 60_000

/** Growing pauses after errors, 1 s to 5 min with jitter, never below what the door asked for. */
export class BackOff {
  #failures = 0

  /** The next pause in milliseconds. */
  next(retryAfterMs = 0): number {
    const ceiling = Math.min(firstMs * 2 ** this.#failures, maxMs)
    this.#failures = Math.min(this.#failures + 1, 20)
    return Math.max(retryAfterMs, ceiling * (0.5 + Math.random() / 2))
  }

  reset(): void {
    this.#failures = 0
  }
}
