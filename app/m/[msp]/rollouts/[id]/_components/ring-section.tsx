'use client'
import { formatList } from '@/components/format'
import { Lanes } from '@/components/lane'
import { SectionHead } from '@/components/section-head'
import { StatusMark } from '@/components/status-mark'
import { ringLanes, soakCount } from './ring-lanes'
import { useClock } from './use-clock'
import type { Rollout } from './view-types'

const secondMs = 1_000
const minuteMs = 60_000

/** The rings as lanes on one time axis. The clock ticks here alone: by the second for short soaks, else by the minute. */
export function RingSection({ rollout }: { rollout: Rollout }) {
  const soaking = rollout.rings.find((ring) => ring.phase === 'soaking')
  const isShort = soaking !== undefined && soakCount(soaking, 0).wholeMs < 10 * minuteMs
  const isRunning = rollout.state === 'running' && !rollout.stop
  const nowMs = useClock(rollout.asOf, isRunning && isShort ? secondMs : minuteMs)
  const { lanes, axis, now, due, leftOut } = ringLanes(rollout, nowMs)
  return (
    <section aria-label="Rings">
      <SectionHead title="Rings" aside={due?.label} className="wide:hidden" />
      <Lanes lanes={lanes} axis={axis} now={now} due={due} />
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-1 pt-3 text-detail text-text-3">
        {leftOut.length > 0 ? (
          <p className="flex items-center gap-2">
            <StatusMark state="not-applicable" size={14} />
            Left out of this plan, because no device of {leftOut.length === 1 ? 'it' : 'them'} lacks these patches:{' '}
            {formatList(leftOut)}.
          </p>
        ) : null}
        <p className="ml-auto max-wide:ml-0">All times on this page are {rollout.client.timeZone}.</p>
      </div>
    </section>
  )
}
