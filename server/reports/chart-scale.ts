/** Where a drawing may put its line, in its own units. */
export interface Plot {
  left: number
  right: number
  top: number
  bottom: number
}

/** Room between the ends of the line and the ends of the rules. */
const inset = 10

/** The place of the n-th of `count` months across. */
export function monthX(index: number, count: number, { left, right }: Plot): number {
  const span = right - left - 2 * inset
  return round(left + inset + (count < 2 ? span / 2 : (index / (count - 1)) * span))
}

/** Shares over months as a drawing, on a page as in print: one run of points for each unbroken stretch, a dot for each month, the rules behind. */
export function chartOf(shares: readonly (number | null)[], plot: Plot) {
  const scale = scaleOf(shares.filter((share) => share !== null))
  const y = (share: number) => round(plot.top + ((1 - share) / (1 - scale.from)) * (plot.bottom - plot.top))
  const dots = shares.flatMap((share, index) =>
    share === null ? [] : [{ index, x: monthX(index, shares.length, plot), y: y(share) }],
  )
  const runs: (typeof dots)[] = []
  for (const dot of dots) {
    const run = runs.at(-1)
    if (run?.at(-1)?.index === dot.index - 1) run.push(dot)
    else runs.push([dot])
  }
  const steps = Math.round((1 - scale.from) / scale.by)
  const ticks = Array.from({ length: steps + 1 }, (_, step) => Math.round((1 - step * scale.by) * 100) / 100)
  return { runs, dots, ticks: ticks.map((share) => ({ share, y: y(share) })), isLastBelow: isFalling(dots, plot) }
}

/** What a number at a point needs over or under it. */
const valueRoom = 16

/** Where the line falls to its last point the number stands under that, if there is room: over it the line would go through. */
function isFalling(dots: readonly { index: number; y: number }[], { bottom }: Plot): boolean {
  const [before, last] = dots.slice(-2)
  if (!before || !last) return false
  return before.index === last.index - 1 && before.y < last.y && last.y + valueRoom < bottom
}

/** Where the scale begins, and how far apart its rules are: cut off only above a round number, with two rules to five. */
function scaleOf(shares: readonly number[]): { from: number; by: number } {
  const least = Math.min(1, ...shares)
  if (least >= 0.7) return { from: Math.min(0.9, Math.floor(least * 10 + 1e-9) / 10), by: 0.1 }
  return { from: least >= 0.5 ? 0.5 : 0, by: 0.25 }
}

const round = (value: number) => Math.round(value * 10) / 10
