import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { formatDateTime } from '@/components/format'
import { StatusMark } from '@/components/status-mark'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import { reasonOf } from './client-actions'
import type { ClientPage } from './client-view'

/** An erasure that waits: when, who asked, why; and the way back. */
export function ErasureNotice({ page: { client, erasure, may, asOf } }: { page: ClientPage }) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const cancel = useMutation(
    trpc.clients.cancelErasure.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries()
        showToast({ title: 'Erasure cancelled', detail: `${client.name} stays archived, with all that it had.` })
      },
      onError: (error) => showToast({ title: 'Not cancelled', detail: error.message, isFailure: true }),
    }),
  )
  if (!erasure) return null
  return (
    <section
      aria-label="Erasure"
      className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 rounded-panel border border-line-strong px-5 py-4 max-wide:px-4"
    >
      <div className="min-w-0">
        <p className="flex items-center gap-2.5 text-text text-why">
          <StatusMark state="past-due" size={18} />
          {erasure.hasBegun
            ? 'It is being erased now.'
            : `Will be erased ${formatDateTime(erasure.dueAt, client.timeZone, asOf)}.`}
        </p>
        <p className="pt-1 text-body text-text-2">
          Asked for by {erasure.requestedBy}, {formatDateTime(erasure.requestedAt, client.timeZone, asOf)}:{' '}
          {erasure.reason}
        </p>
      </div>
      {erasure.hasBegun ? null : (
        <Button
          disabledReason={reasonOf(may.cancelErasure)}
          isPending={cancel.isPending}
          onClick={() => cancel.mutate({ clientId: client.id })}
        >
          Cancel the erasure
        </Button>
      )}
    </section>
  )
}
