/** Values by key, each for `keepMs`, at most `maxEntries`: the oldest goes first. */
export function createShelf<Value>(maxEntries: number, keepMs: number, now: () => Date) {
  const entries = new Map<string, { value: Value; until: number }>()
  return {
    get: (key: string): Value | undefined => {
      const entry = entries.get(key)
      return entry && entry.until > now().getTime() ? entry.value : undefined
    },
    /** What was kept last, also when its time is over. */
    last: (key: string): Value | undefined => entries.get(key)?.value,
    put: (key: string, value: Value): void => {
      // A Map keeps the order of insertion.
      entries.delete(key)
      for (const oldest of entries.keys()) {
        if (entries.size < maxEntries) break
        entries.delete(oldest)
      }
      entries.set(key, { value, until: now().getTime() + keepMs })
    },
  }
}
