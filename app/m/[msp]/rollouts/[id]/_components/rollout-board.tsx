'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { TwoColumns } from '@/components/app-shell'
import { DeviceSection } from './device-section'
import { EvidenceSection } from './evidence-section'
import { FeedbackLine } from './feedback-line'
import { RingSection } from './ring-section'
import { RolloutHead } from './rollout-head'
import { RolloutTimeline } from './rollout-timeline'
import type { Rollout } from './view-types'

/** A ring that opens or passes by time alone is seen at its moment, also when nothing else tells of it. */
const restMs = 20_000
const eventMs = 1_500

/** One rollout, live: state and actions, rings in time, evidence behind each gate, devices, what happened. */
export function RolloutBoard({ rolloutId, view, search }: { rolloutId: string; view: string; search: string }) {
  const trpc = useTrpc()
  const { data: rollout } = useSuspenseQuery({
    ...trpc.rollouts.get.queryOptions({ rolloutId }),
    refetchInterval: ({ state }) => (state.data ? nextLookMs(state.data) : restMs),
  })
  return (
    <>
      <RolloutHead rollout={rollout} />
      <FeedbackLine rollout={rollout} />
      <RingSection rollout={rollout} />
      <EvidenceSection rollout={rollout} />
      <TwoColumns aside={<RolloutTimeline rollout={rollout} />} asideWidthPx={300}>
        <DeviceSection rollout={rollout} view={view} search={search} />
      </TwoColumns>
    </>
  )
}

/** How long until time alone may change the page: the end of a soak, the opening of a ring. */
function nextLookMs({ rings, asOf, state, stop }: Rollout): number | false {
  if (state !== 'running') return false
  if (stop) return restMs
  const moments = rings.flatMap((ring) =>
    ring.phase === 'soaking' || ring.phase === 'waiting'
      ? [ring.forecast.gateAt, ring.forecast.opensAt].flatMap((moment) => moment?.getTime() ?? [])
      : [],
  )
  const leftMs = Math.min(...moments.map((moment) => moment - asOf.getTime()).filter((left) => left > -restMs), restMs)
  return Math.max(eventMs, leftMs)
}
