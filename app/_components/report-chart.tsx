import { cn } from '@/components/cn'
import { chartOf, monthX, type Plot } from '@/server/reports/chart-scale'
import type { ReportWords } from '@/server/reports/tell-report'

type Year = ReportWords['year']

/** The protected share of each month as a line; months without a number leave a gap. Drawn twice, since its words do not shrink with it. */
export function ReportChart({ year }: { year: Year }) {
  return (
    <section aria-label={year.title} className="break-inside-avoid pt-9">
      <h2 className="font-section text-section">{year.title}</h2>
      <p className="pt-0.5 text-body text-text-3">{year.lead}</p>
      <div role="img" aria-label={`${year.lead} ${year.text}`}>
        <Drawing year={year} size={[720, 190]} everyMonth={1} className="max-wide:hidden" />
        <Drawing year={year} size={[340, 180]} everyMonth={3} className="wide:hidden" />
      </div>
    </section>
  )
}

type DrawingProps = { year: Year; size: [width: number, height: number]; everyMonth: number; className: string }

/** `everyMonth`: the last month is named, and back from it each so many. */
function Drawing({ year: { points }, size: [width, height], everyMonth, className }: DrawingProps) {
  // To the right the words of the scale, below the months.
  const plot: Plot = { left: 4, right: width - 52, top: 26, bottom: height - 40 }
  const { runs, dots, ticks, isLastBelow } = chartOf(
    points.map((point) => point.share),
    plot,
  )
  const last = dots.at(-1)
  return (
    <svg aria-hidden viewBox={`0 0 ${width} ${height}`} className={cn('mt-3 block w-full', className)}>
      {ticks.map(({ share, y }) => (
        <g key={share}>
          <path d={`M${plot.left} ${y}H${plot.right}`} stroke="var(--line)" />
          <text x={plot.right + 12} y={y + 4} fontSize="11" fill="var(--text-3)">
            {`${Math.round(share * 100)} %`}
          </text>
        </g>
      ))}
      {runs.map((run) => (
        <polyline
          key={run[0]?.index}
          points={run.map(({ x, y }) => `${x},${y}`).join(' ')}
          fill="none"
          stroke="var(--accent)"
          strokeWidth="1.6"
          strokeLinejoin="round"
        />
      ))}
      {dots.map(({ x, y, index }) => (
        <circle
          key={index}
          {...{ cx: x, cy: y, r: index === last?.index ? 4 : 2.6 }}
          fill={index === last?.index ? 'var(--accent)' : 'var(--canvas)'}
          stroke="var(--accent)"
          strokeWidth="1.4"
        />
      ))}
      {last ? (
        <text
          {...{ x: last.x, y: last.y + (isLastBelow ? 20 : -10) }}
          textAnchor="middle"
          fontSize="12"
          fontWeight="600"
          fill="var(--text)"
          // On paper of its own: no line goes through it.
          stroke="var(--canvas)"
          strokeWidth="4"
          paintOrder="stroke"
        >
          {points[last.index]?.value}
        </text>
      ) : null}
      {points.map(({ month, label }, index) =>
        (points.length - 1 - index) % everyMonth === 0 ? (
          <text
            key={month}
            x={monthX(index, points.length, plot)}
            y={height - 14}
            textAnchor="middle"
            fontSize="11"
            fill={index === points.length - 1 ? 'var(--text)' : 'var(--text-3)'}
          >
            {label}
          </text>
        ) : null,
      )}
    </svg>
  )
}
