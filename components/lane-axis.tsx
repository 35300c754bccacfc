import { cn } from './cn'
import { type Axis, placeOnAxis, spanPlaces } from './lane-scale'

/** Names of the days (or hours) above all lanes, with the label of the present moment. */
export function LaneAxisHead({ axis, now }: { axis: Axis; now?: { atMs: number; label: string } }) {
  return (
    <div aria-hidden className="relative h-full">
      {spanPlaces(axis).map(({ span, left, width }) => (
        <span
          key={span.startMs}
          className={cn(
            'absolute top-0 h-full overflow-visible whitespace-nowrap pt-3 pl-1 text-axis',
            span.isNow ? 'font-section text-text' : 'text-text-3',
          )}
          style={{ left: `${left}%`, width: `${width}%` }}
        >
          {span.label}
        </span>
      ))}
      {now ? (
        <span
          className="absolute -bottom-[7px] z-[2] -translate-x-1/2 whitespace-nowrap rounded-tag bg-text px-1.5 font-key text-axis text-canvas"
          style={{ left: `${placeOnAxis(axis, now.atMs)}%` }}
        >
          {now.label}
        </span>
      ) : null}
    </div>
  )
}

/** What lies behind a lane: the days, the line of now and the line of the due date. */
export function LaneGround({ axis, nowMs, dueMs }: { axis: Axis; nowMs?: number; dueMs?: number }) {
  return (
    <div aria-hidden className="absolute inset-0">
      {spanPlaces(axis).map(({ span, left, width }) => (
        <span
          key={span.startMs}
          className={cn('absolute top-0 h-full border-line border-l', span.isRest && 'bg-well')}
          style={{ left: `${left}%`, width: `${width}%` }}
        />
      ))}
      {dueMs === undefined ? null : (
        <span
          className="absolute top-0 h-full border-fail-fill border-l border-dashed"
          style={{ left: `${placeOnAxis(axis, dueMs)}%` }}
        />
      )}
      {nowMs === undefined ? null : (
        <span
          className="absolute top-0 z-[1] h-full border-text border-l"
          style={{ left: `${placeOnAxis(axis, nowMs)}%` }}
        />
      )}
    </div>
  )
}
