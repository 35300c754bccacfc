import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { formatFullDateTime } from '@/components/format'
import { StatusMark } from '@/components/status-mark'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import type { Rollout } from './view-types'

/** What the client answered to "Did anything break?"; nothing while nobody did. */
export function FeedbackLine({ rollout }: { rollout: Rollout }) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const { data } = useQuery(trpc.rollouts.feedback.queryOptions({ rolloutId: rollout.id }))
  const see = useMutation(
    trpc.rollouts.seeFeedback.mutationOptions({
      onSuccess: async () => {
        showToast({ title: 'Seen to', detail: 'It needs nobody any more.' })
        await queryClient.invalidateQueries()
      },
    }),
  )
  if (!data) return null
  const { timeZone, name } = rollout.client
  return (
    <section
      aria-label="What the client said"
      className="flex flex-wrap items-center justify-between gap-x-8 gap-y-3 rounded-panel border border-line-strong px-5 py-3"
    >
      <div className="min-w-0">
        <p className="flex items-center gap-2 text-body text-text">
          <StatusMark state={data.isBroken ? 'failed' : 'installed'} />
          {data.isBroken ? `${name} says that something broke` : `${name} says that nothing broke`}
        </p>
        {data.words ? <p className="break-words pt-1 text-body text-text-2">“{data.words}”</p> : null}
        <p className="pt-1 text-detail text-text-3">
          {data.givenBy}, {formatFullDateTime(data.givenAt, timeZone, rollout.asOf)}
          {data.seen ? `. Seen to by ${data.seen.by}.` : null}
          {see.error ? <span className="text-fail"> Not done: {see.error.message}</span> : null}
        </p>
      </div>
      {data.isBroken && data.canSee.can ? (
        <Button isPending={see.isPending} onClick={() => see.mutate({ rolloutId: rollout.id })}>
          Seen to
        </Button>
      ) : null}
    </section>
  )
}
