import type { ReactNode } from 'react'
import { cn } from './cn'
import { formatCount } from './format.ts'
import { Link } from './link'
import type { MarkState } from './mark-state'
import { StatusMark } from './status-mark'

export type FleetPart = {
  /** How the part is drawn. */
  kind: 'compliant' | 'pending-reboot' | 'past-due' | 'failed' | 'held' | 'missing' | 'no-data'
  count: number
  /** The word below: "Pending reboot". */
  word: string
  href?: string
}

type FleetBarProps = {
  parts: readonly FleetPart[]
  /** Beside the numbers, right: "54 exceptions open; none takes a device out of the count". */
  note?: ReactNode
  /** Only the bar, for a table cell; give the words as `label`. */
  isCompact?: boolean
  label?: string
  className?: string
}

const looks: Record<FleetPart['kind'], { bar: string; mark: MarkState }> = {
  compliant: { bar: 'border border-ok-fill bg-ok-soft', mark: 'installed' },
  'pending-reboot': { bar: 'bg-warn-fill', mark: 'pending-reboot' },
  'past-due': { bar: 'bg-fail-fill', mark: 'past-due' },
  failed: { bar: 'bg-fail-fill', mark: 'failed' },
  held: { bar: 'bg-back-fill', mark: 'held' },
  missing: { bar: 'border border-control', mark: 'missing' },
  'no-data': { bar: 'border border-control border-dashed', mark: 'no-data' },
}

/** All devices as parts of one bar: what is well is pale, the rest solid, no data dashed; numbers below with their marks. */
export function FleetBar({ parts, note, isCompact = false, label, className }: FleetBarProps) {
  const words = label ?? parts.map((part) => `${formatCount(part.count)} ${part.word.toLowerCase()}`).join(', ')
  return (
    <div className={className}>
      <div role="img" aria-label={words} className={cn('flex gap-0.5', isCompact ? 'h-2' : 'h-2.5')}>
        {parts
          .filter((part) => part.count > 0)
          .map((part) => (
            <span
              key={part.kind}
              className={cn('block h-full rounded-bar', looks[part.kind].bar, isCompact ? 'min-w-1' : 'min-w-2.5')}
              style={{ flex: `${part.count} 1 0` }}
            />
          ))}
      </div>
      {isCompact ? null : (
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 pt-2">
          <ul className="flex flex-wrap gap-x-5 gap-y-1.5 text-body text-text-2 max-wide:grid max-wide:w-full max-wide:grid-cols-2">
            {parts.map((part) => (
              <li key={part.kind} className="flex items-center gap-2">
                {/* A colour only where there is something: zero has its shape alone. */}
                <StatusMark
                  state={looks[part.kind].mark}
                  size={14}
                  className={part.count === 0 ? 'text-mute-fill' : undefined}
                />
                {part.href ? (
                  <Link href={part.href} className="reach hover:underline">
                    {part.word}
                  </Link>
                ) : (
                  part.word
                )}
                <span className={cn('max-wide:ml-auto', part.count > 0 ? 'font-key text-text' : 'text-text-3')}>
                  {formatCount(part.count)}
                </span>
              </li>
            ))}
          </ul>
          {note ? <span className="text-detail text-text-3">{note}</span> : null}
        </div>
      )}
    </div>
  )
}
