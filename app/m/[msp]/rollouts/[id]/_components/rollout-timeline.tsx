'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { formatDay, formatTime, formatTimeWithSeconds, localDayNumber, plural } from '@/components/format'
import { Link } from '@/components/link'
import { SectionHead } from '@/components/section-head'
import { Timeline } from '@/components/timeline'
import { Button } from '@/components/ui/button'
import { paths } from '@/server/paths'
import type { Rollout } from './view-types'

const shownFirst = 14

/** What happened to the rollout, newest first, by day. */
export function RolloutTimeline({ rollout }: { rollout: Rollout }) {
  const { slug } = useMsp()
  const { data: all } = useSuspenseQuery(useTrpc().rollouts.timeline.queryOptions({ rolloutId: rollout.id }))
  const [isWhole, setIsWhole] = useState(false)
  const zone = rollout.client.timeZone
  const shown = isWhole ? all : all.slice(0, shownFirst)
  // In a plan of minutes the second counts.
  const isShort = rollout.isLab
  const days = [...Map.groupBy(shown, (entry) => localDayNumber(entry.at, zone))].map(([day, entries]) => ({
    key: String(day),
    name: formatDay(entries[0]?.at ?? rollout.asOf, zone, rollout.asOf),
    events: entries.map((entry) => ({
      key: entry.key,
      time: formatTime(entry.at, zone),
      dateTime: entry.at.toISOString(),
      mark: entry.mark,
      sentence: entry.sentence,
      detail: isShort
        ? [formatTimeWithSeconds(entry.at, zone), entry.detail].filter(Boolean).join(' · ')
        : entry.detail,
    })),
  }))
  return (
    <section aria-labelledby="timeline">
      <SectionHead
        id="timeline"
        title="Timeline"
        aside={
          <Link href={paths.audit(slug, { client: rollout.client.id })} className="link reach">
            Audit log
          </Link>
        }
      />
      <Timeline
        days={days}
        foot={
          all.length > shown.length ? (
            <Button variant="ghost" onClick={() => setIsWhole(true)}>
              {plural(all.length - shown.length, 'earlier event', 'earlier events')}
            </Button>
          ) : null
        }
      />
    </section>
  )
}
