import type { ReactNode } from 'react'
import { cn } from './cn'
import { type Fact, FactsList } from './facts-list'
import type { MarkState } from './mark-state'
import { StatusMark } from './status-mark'

export type TimelineEvent = {
  key: string
  /** "01:22", in the zone of the page. */
  time: string
  /** The same for machines, ISO 8601. */
  dateTime?: string
  mark: MarkState
  sentence: ReactNode
  detail?: ReactNode
  /** What proves it, opened below: versions, reboot, probes, record. */
  proof?: readonly Fact[]
  /** Anything else below it, e.g. raw output. */
  more?: ReactNode
}

export type TimelineDay = { key: string; name: string; events: readonly TimelineEvent[] }

/** What happened, newest first, by day; marks on a rail. */
export function Timeline({
  days,
  foot,
  className,
}: {
  days: readonly TimelineDay[]
  foot?: ReactNode
  className?: string
}) {
  return (
    <div className={cn('pt-3', className)}>
      {days.map((day, dayIndex) => (
        <section key={day.key}>
          <h3 className="pb-2 pl-[60px] font-head text-detail text-text-3">{day.name}</h3>
          <ol>
            {day.events.map((event, index) => (
              <EventRow
                key={event.key}
                event={event}
                isOldest={dayIndex === days.length - 1 && index === day.events.length - 1}
              />
            ))}
          </ol>
        </section>
      ))}
      {foot ? <div className="pl-[82px]">{foot}</div> : null}
    </div>
  )
}

function EventRow({ event, isOldest }: { event: TimelineEvent; isOldest: boolean }) {
  return (
    <li className="grid grid-cols-[44px_16px_minmax(0,1fr)] gap-x-[11px]">
      <time dateTime={event.dateTime} className="text-right text-detail text-text-3 leading-5">
        {event.time}
      </time>
      <span className="flex flex-col items-center">
        <span className="flex h-5 items-center">
          <StatusMark state={event.mark} size={14} />
        </span>
        {isOldest ? null : <span aria-hidden className="w-px flex-1 bg-line-strong" />}
      </span>
      <div className="min-w-0 pb-4">
        <p className="font-medium text-body text-text">{event.sentence}</p>
        {event.detail ? <p className="text-detail text-text-3">{event.detail}</p> : null}
        {event.proof ? (
          <div className="mt-2 rounded-control border border-line bg-well px-3 py-2">
            <FactsList facts={event.proof} isPair className="gap-1 text-detail" />
          </div>
        ) : null}
        {event.more}
      </div>
    </li>
  )
}
