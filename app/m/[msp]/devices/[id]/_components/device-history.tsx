'use client'
import type { ReactNode } from 'react'
import type { Fact } from '@/components/facts-list'
import { formatDay, formatTime, localDayNumber } from '@/components/format'
import { Timeline, type TimelineDay, type TimelineEvent } from '@/components/timeline'
import type { DevicePage } from './device-header'
import { RawOutput } from './raw-output'
import { RetryButton } from './retry-button'

type Event = DevicePage['history']['events'][number]

/** What happened, newest first, by the days of the device's own zone. */
export function DeviceHistory({ page }: { page: DevicePage }) {
  const { history, zone, asOf } = page
  if (history.events.length === 0) return <p className="py-3 text-body text-text-3">Nothing has happened yet.</p>
  const days: (TimelineDay & { events: TimelineEvent[] })[] = []
  // Retry stands once a patch: at the newest failure of it.
  const offered = new Set<string>()
  for (const event of history.events) {
    const number = String(localDayNumber(event.at, zone))
    let day = days.at(-1)
    if (day?.key !== number) {
      day = { key: number, name: formatDay(event.at, zone, asOf), events: [] }
      days.push(day)
    }
    const retryable = event.patchIds.filter((patchId) => !offered.has(patchId) && offered.add(patchId))
    day.events.push({
      key: event.key,
      time: formatTime(event.at, zone),
      dateTime: event.at.toISOString(),
      mark: event.mark,
      sentence: event.sentence,
      detail: detailOf(event),
      proof: event.proof.length > 0 ? event.proof.map(toFact) : undefined,
      more: <More page={page} event={event} retryable={retryable} />,
    })
  }
  return (
    <Timeline
      days={days}
      foot={
        history.isCut ? <p className="text-detail text-text-3">Older reports are kept, but not shown here.</p> : null
      }
    />
  )
}

function detailOf(event: Event): ReactNode {
  if (!event.code) return event.detail
  return (
    <>
      <span className="wrap-anywhere">{event.detail}</span> <span className="mono text-text-2">{event.code}</span>
    </>
  )
}

const toFact = ({ label, value, isMono, note }: Event['proof'][number]): Fact => ({
  label,
  value: (
    <>
      <span className={isMono ? 'mono' : undefined}>{value}</span>
      {note ? <span className="pl-2 text-detail text-ok">{note}</span> : null}
    </>
  ),
})

type MoreProps = { page: DevicePage; event: Event; retryable: string[] }

/** Plain words, raw output, retry, and the signed record. */
function More({ page, event, retryable }: MoreProps) {
  const [patchId] = retryable
  const retry = page.missing.find((patch) => patch.patchId === patchId)?.retry ?? null
  if (!event.explanation && !event.output && !event.record && !retry) return null
  return (
    <div className="flex flex-col gap-2 pt-2">
      {event.explanation ? (
        <p className="text-body text-text-2">
          <span className="font-key text-text">{event.explanation.words}</span> {event.explanation.advice}
        </p>
      ) : null}
      {event.output ? <RawOutput text={event.output} label={`Raw output: ${event.sentence}`} /> : null}
      {retry && patchId ? <RetryButton page={page} patchId={patchId} retry={retry} size="sm" /> : null}
      {event.record ? (
        <details>
          <summary className="link min-h-6 w-fit cursor-pointer text-detail max-wide:min-h-11">Show record</summary>
          <div className="pt-2">
            <RawOutput text={event.record} label="The signed record" isFromStart />
          </div>
        </details>
      ) : null}
    </div>
  )
}
