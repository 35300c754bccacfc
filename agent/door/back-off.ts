const firstMs = 1_000
const maxMs = 5 * 60_000

/** Growing pauses after errors, 1 s to 5 min with jitter; not below what the door asks for, as far as that is no longer than they get. */
export class BackOff {
  #failures = 0

  /** The next pause in milliseconds. */
  next(retryAfterMs = 0): number {
    const ceiling = Math.min(firstMs * 2 ** this.#failures, maxMs)
    this.#failures = Math.min(this.#failures + 1, 20)
    // Whoever answers in the door's place (a proxy, a mistyped limit) must not silence a device for a day.
    const askedMs = Math.min(retryAfterMs, maxMs) * (1 + Math.random() / 5)
    return Math.max(askedMs, ceiling * (0.5 + Math.random() / 2))
  }

  reset(): void {
    this.#failures = 0
  }
}
