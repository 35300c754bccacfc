import { cn } from './cn'

/** Minutes since Monday 00:00 of the device's own zone; the end may lie beyond Sunday and comes in again on Monday. */
export type WeekSpan = { startMinute: number; endMinute: number }

export type WeekRow = {
  name: string
  windows: readonly WeekSpan[]
  /** The windows were changed here; where they were is dashed. */
  former?: readonly WeekSpan[]
  /** The same in words: "Saturday 20:00 to 02:00, was Thursday 20:00". */
  words: string
}

type WeekStripProps = { rows: readonly WeekRow[]; workingHours?: readonly WeekSpan[]; className?: string }

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const weekMinutes = 7 * 24 * 60

/** Seven days, one row a ring: working hours tinted, windows solid, a changed window with its former place and an arrow. */
export function WeekStrip({ rows, workingHours = [], className }: WeekStripProps) {
  return (
    <div className={className}>
      <div aria-hidden className="ml-[74px] grid grid-cols-7 border-line-strong border-b pb-1 text-axis text-text-3">
        {days.map((day) => (
          <span key={day}>{day}</span>
        ))}
      </div>
      {rows.map((row) => (
        <div key={row.name} className="grid h-[30px] grid-cols-[74px_minmax(0,1fr)] items-center border-line border-b">
          <span className="text-detail text-text-2">{row.name}</span>
          <div role="img" aria-label={`${row.name}: ${row.words}`} className="relative h-full">
            {days.map((day, index) => (
              <span
                key={day}
                aria-hidden
                className="absolute top-0 h-full border-line border-l"
                style={{ left: `${(index / 7) * 100}%` }}
              />
            ))}
            {pieces(workingHours).map((span) => (
              <span
                key={span.startMinute}
                aria-hidden
                className="absolute top-0 h-full bg-mute-soft"
                style={edges(span)}
              />
            ))}
            {pieces(row.former ?? []).map((span) => (
              <span
                key={span.startMinute}
                aria-hidden
                className="absolute top-[9px] h-3 min-w-1.5 rounded-bar border border-accent border-dashed bg-accent-soft"
                style={edges(span)}
              />
            ))}
            <MoveArrow row={row} />
            {pieces(row.windows).map((span) => (
              <span
                key={span.startMinute}
                aria-hidden
                className={cn(
                  'absolute top-[9px] h-3 min-w-1.5 rounded-bar bg-accent',
                  row.former && 'outline-1 outline-accent outline-offset-1',
                )}
                style={edges(span)}
              />
            ))}
          </div>
        </div>
      ))}
    </div>
  )
}

// A window that runs over the end of Sunday is drawn in two pieces.
function pieces(spans: readonly WeekSpan[]): WeekSpan[] {
  return spans.flatMap((span) =>
    span.endMinute <= weekMinutes
      ? [span]
      : [
          { startMinute: span.startMinute, endMinute: weekMinutes },
          { startMinute: 0, endMinute: span.endMinute - weekMinutes },
        ],
  )
}

function edges(span: WeekSpan): { left: string; width: string } {
  return {
    left: `${(span.startMinute / weekMinutes) * 100}%`,
    width: `${((span.endMinute - span.startMinute) / weekMinutes) * 100}%`,
  }
}

function MoveArrow({ row }: { row: WeekRow }) {
  const from = row.former?.[0]
  const to = row.windows[0]
  if (!from || !to) return null
  const isForward = to.startMinute > from.endMinute
  const left = ((isForward ? from.endMinute : to.endMinute) / weekMinutes) * 100
  const right = ((isForward ? to.startMinute : from.startMinute) / weekMinutes) * 100
  if (right - left < 3) return null
  return (
    <span
      aria-hidden
      className="absolute top-[14px] h-px bg-accent"
      style={{ left: `calc(${left}% + 6px)`, width: `calc(${right - left}% - 12px)` }}
    >
      <svg
        aria-hidden
        viewBox="0 0 6 8"
        width={6}
        height={8}
        fill="none"
        className={cn('absolute -top-[3.5px] text-accent', isForward ? 'right-0' : 'left-0 rotate-180')}
      >
        <path
          d="M1.5 1L5 4 1.5 7"
          stroke="currentColor"
          strokeWidth="1.3"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
    </span>
  )
}
