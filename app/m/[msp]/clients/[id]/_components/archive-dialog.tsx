import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { ConfirmCount } from '@/components/confirm-count'
import { plural, pluralWord } from '@/components/format'
import { useToast } from '@/components/ui/toast'
import { reasonLength } from '@/server/audit/rules'
import type { ClientPage } from './client-view'

/** Puts a client away: how many devices, what ends, what stays. */
export function ArchiveDialog({
  page: { client, devices, running },
  onClose,
}: {
  page: ClientPage
  onClose: () => void
}) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const archive = useMutation(
    trpc.clients.archive.mutationOptions({
      onSuccess: async ({ aborted }) => {
        await queryClient.invalidateQueries()
        const ended = aborted > 0 ? ` ${plural(aborted, 'rollout was', 'rollouts were')} aborted.` : ''
        showToast({ title: `${client.name} is archived`, detail: `It is in no list and no count any more.${ended}` })
        onClose()
      },
    }),
  )
  return (
    <ConfirmCount
      isOpen
      onOpenChange={(next) => (next ? undefined : onClose())}
      over={`Archive ${client.name}`}
      count={devices}
      one="device"
      many="devices"
      what={`${pluralWord(devices, 'device gets', 'devices get')} no patches any more and ${pluralWord(devices, 'counts', 'count')} nowhere`}
      facts={[
        ...(running > 0
          ? [
              {
                label: 'Aborted',
                value: `${plural(running, 'running rollout', 'running rollouts')}; what is installed stays.`,
              },
            ]
          : []),
        { label: 'Tokens', value: 'Its enrolment tokens are revoked.' },
        { label: 'Agents', value: 'They go on checking in and are given nothing to do.' },
        { label: 'Afterwards', value: 'Restore it with all that it had, or have it erased.' },
      ]}
      isDanger
      reason={{ label: 'Reason, if there is one to keep', ...reasonLength, minLength: 0 }}
      verb="Archive with"
      pendingWord="Archiving…"
      isPending={archive.isPending}
      error={archive.error ? `Not archived: ${archive.error.message}` : undefined}
      onConfirm={({ reason }) => archive.mutate({ clientId: client.id, reason, abortRollouts: running })}
    />
  )
}
