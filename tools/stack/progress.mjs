/** Prints a line; a reader that went away (`| head`) is no reason to fail. */
export function say(line = '') {
  process.stdout.write(`${line}\n`)
}

process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

/** A duration in the words of a person: '0.4 s', '12 s', '3 min 05 s'. */
export function duration(ms) {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/**
 * Runs one long step and says what it is, how long it takes and how it ended; every ten seconds a sign of life.
 * `work` may return a string that is added to the closing line.
 */
export async function step(what, work) {
  const startedAt = Date.now()
  say(`· ${what} …`)
  const alive = setInterval(() => say(`  ${what}: ${duration(Date.now() - startedAt)} so far`), 10_000)
  try {
    const result = await work()
    say(`✓ ${what} (${duration(Date.now() - startedAt)})`)
    return result
  } catch (error) {
    say(`✗ ${what} (${duration(Date.now() - startedAt)})`)
    throw error
  } finally {
    clearInterval(alive)
  }
}
