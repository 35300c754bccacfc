'use client'
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { ConfirmCount } from '@/components/confirm-count'
import { formatDateTime, formatTime, plural, pluralWord } from '@/components/format'
import { useToast } from '@/components/ui/toast'
import type { Outputs } from '@/server/api/root'
import { reasonLength } from '@/server/audit/rules'

type DialogProps = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }
type Stop = NonNullable<Outputs['session']['get']['stop']>
type Changes = Outputs['changes']['get']

const device = { one: 'device', many: 'devices' }
const reasonField = { label: 'Reason', hint: 'It stands over every page and in the audit log.', ...reasonLength }

/** What a stop does not reach any more, as `getChanges` counts it. */
export function unstoppable({ finishing, fetching, mayStart, mayStartUntil }: Changes, timeZone: string) {
  const until = mayStartUntil ? ` until ${formatTime(mayStartUntil, timeZone)}` : ''
  return {
    finishing:
      finishing === 0
        ? 'No device.'
        : `${plural(finishing, 'device', 'devices')}: what has begun goes on to the end of its order, on a device that is off when it is back.`,
    fetching:
      fetching === 0
        ? 'No device.'
        : `${plural(fetching, 'device', 'devices')}: the order to fetch packages is there already. Nothing is installed by it.`,
    mayStart:
      mayStart === 0
        ? 'No device.'
        : `${plural(mayStart, 'device', 'devices')}${until}: the permit, or the order that needs none offline, is there already.`,
  }
}

/** Asks before nothing changes any more: how many, what runs on, why. */
export function StopChangesDialog({ isOpen, onOpenChange }: DialogProps) {
  const trpc = useTrpc()
  const { name } = useMsp()
  const { devices, timeZone, onDone } = useDialog(onOpenChange)
  const { data: changes } = useQuery(trpc.changes.get.queryOptions())
  const stop = useMutation(
    trpc.changes.stop.mutationOptions(onDone('All changes are stopped', 'No device gets anything that changes it.')),
  )
  const words = changes && unstoppable(changes, timeZone)
  return (
    <ConfirmCount
      {...{ isOpen, onOpenChange, ...device }}
      over={`${name}, every client`}
      count={devices}
      what={`${pluralWord(devices, 'device gets nothing that changes it', 'devices get nothing that changes them')}, until somebody lets changes go on`}
      facts={[
        {
          label: 'Stops',
          value:
            'Every install, rollback and fetch that a device has no order or permit for yet, whatever was approved.',
        },
        { label: 'Goes on', value: 'Scans, check-ins, reports. What soaks may still undo itself when a probe fails.' },
        { label: 'Changes now', value: words?.finishing ?? '–' },
        { label: 'Fetches on', value: words?.fetching ?? '–' },
        { label: 'May still start', value: words?.mayStart ?? '–' },
      ]}
      reason={reasonField}
      verb="Stop changes on"
      pendingWord="Stopping…"
      isPending={stop.isPending}
      error={stop.error && `Not stopped: ${stop.error.message}`}
      onConfirm={({ reason }) => stop.mutate({ reason })}
    />
  )
}

/** Asks before everything that waited may start again. */
export function ResumeChangesDialog({ stop, isOpen, onOpenChange }: DialogProps & { stop: Stop }) {
  const trpc = useTrpc()
  const { name } = useMsp()
  const { devices, timeZone, asOf, onDone } = useDialog(onOpenChange)
  const resume = useMutation(
    trpc.changes.resume.mutationOptions(onDone('Changes go on', 'What waited is signed and handed out again.')),
  )
  return (
    <ConfirmCount
      {...{ isOpen, onOpenChange, ...device }}
      over={`${name}, every client`}
      count={devices}
      what={`${pluralWord(devices, 'device gets what waits for it', 'devices get what waits for them')}, as windows, gates and holds allow`}
      facts={[
        { label: 'Stopped', value: `${formatDateTime(stop.at, timeZone, asOf)} by ${stop.by}: ${stop.reason}` },
        { label: 'Still holds', value: 'Every window, gate, hold and pause, and the cap of devices an hour.' },
      ]}
      isTyped={devices > 0}
      reason={{ ...reasonField, hint: 'It stands in the audit log.' }}
      verb="Let changes go on for"
      pendingWord="Letting go on…"
      isPending={resume.isPending}
      error={resume.error && `Still stopped: ${resume.error.message}`}
      onConfirm={({ reason }) => resume.mutate({ reason })}
    />
  )
}

/** How many devices it reaches, and what both do once it is done: it shows on every page. */
function useDialog(onOpenChange: (isOpen: boolean) => void) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const { data: counts } = useSuspenseQuery(trpc.session.counts.queryOptions())
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const onDone = (title: string, detail: string) => ({
    async onSuccess() {
      onOpenChange(false)
      showToast({ title, detail })
      await queryClient.invalidateQueries()
    },
  })
  return { devices: counts.devices, timeZone: session.timeZone, asOf: session.asOf, onDone }
}
