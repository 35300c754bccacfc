'use client'
import { StatusMark } from '@/components/status-mark'
import { EmptyState } from '@/components/ui/empty-state'
import { Skeleton } from '@/components/ui/skeleton'
import { MakeToken } from './make-token'

type NoDevicesProps = { clientId?: string; clientName: string | null; deviceUrl: string }

/** The first thing anybody does: the command, a token, and what happens then. */
export function NoDevices({ clientId, clientName, deviceUrl }: NoDevicesProps) {
  return (
    <EmptyState
      level={1}
      title={clientName ? `No devices yet at ${clientName}` : 'No devices yet'}
      lead="Run one command on each computer. It appears here within a minute, joins a ring by itself and installs nothing before its first window."
      steps={enrolSteps}
      stepsFoot="The first rollout of a client needs one test device: open a device and choose it."
    >
      <MakeToken clientId={clientId} deviceUrl={deviceUrl} />
      <p className="mt-8 flex items-center justify-between gap-3 border-line border-y py-3 text-body text-text-2">
        <span className="inline-flex items-center gap-2.5">
          <StatusMark state="no-data" />
          Waiting for the first device
        </span>
        <span className="text-detail text-text-3">This page updates by itself</span>
      </p>
      {shapes.map(([host, place]) => (
        <div key={host} className="flex h-10 items-center gap-5 border-line border-b">
          <Skeleton width="14px" height={14} className="shrink-0 rounded-full" />
          <Skeleton width={host} />
          <Skeleton width={place} />
          <Skeleton width="64px" className="ml-auto" />
        </div>
      ))}
    </EmptyState>
  )
}

/** The rows to come: host name and place. */
const shapes = [
  ['112px', '172px'],
  ['92px', '144px'],
  ['120px', '192px'],
] as const

/** What a new device does, in order. */
export const enrolSteps = [
  {
    title: 'Look',
    when: 'about 1 min',
    text: 'The agent makes its own key and sends facts, installed packages and missing patches.',
  },
  { title: 'Wait', when: 'at once', text: 'The device gets its ring: Test only by hand, else one of the others.' },
  { title: 'Roll', when: 'its next window', text: 'The first rollout plans it in, with what is approved by then.' },
]
