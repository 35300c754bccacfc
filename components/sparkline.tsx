type SparklineProps = {
  /** Shares of 0 to 1, oldest first. */
  shares: readonly number[]
  /** Dashed, a share of 0 to 1. */
  goal?: number
  /** The figures in words: "82.5 % now, 90.1 % a month ago, goal 95 %". */
  label: string
  width?: number
  /** Lowest share drawn; one scale for the whole column. */
  floor?: number
}

const height = 24
const pad = 3

/** A share over time on one scale for the whole column; the last point tells whether the goal is met. */
export function Sparkline({ shares, goal, label, width = 96, floor = 0.72 }: SparklineProps) {
  const y = (share: number) => pad + ((1 - Math.max(floor, Math.min(1, share))) / (1 - floor)) * (height - 2 * pad)
  const x = (index: number) => (shares.length < 2 ? width - pad : 1 + (index / (shares.length - 1)) * (width - pad - 1))
  const last = shares[shares.length - 1]
  if (last === undefined) return <span className="text-text-3">no data</span>
  const isBelow = goal !== undefined && last < goal
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      fill="none"
      className="block shrink-0"
    >
      {goal === undefined ? null : (
        <path d={`M1 ${y(goal)}H${width - pad}`} stroke="var(--control)" strokeWidth="1" strokeDasharray="2 2" />
      )}
      <polyline
        points={shares.map((share, index) => `${x(index).toFixed(1)},${y(share).toFixed(1)}`).join(' ')}
        stroke="var(--text-3)"
        strokeWidth="1.3"
        strokeLinejoin="round"
      />
      <circle cx={x(shares.length - 1)} cy={y(last)} r="2.4" fill={isBelow ? 'var(--fail-fill)' : 'var(--ok-fill)'} />
    </svg>
  )
}
