import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { formatMonth, plural } from '@/components/format'
import { Link } from '@/components/link'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { reportsCan } from '@/server/reports/rules'

type Uncounted = Outputs['reports']['list']['uncounted']

/** Clients whose month nobody counted in time, such as after an outage of days: each with what is known, and one button for all. */
export function UncountedSection({ uncounted, month }: { uncounted: Uncounted; month: string }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const count = useMutation(
    trpc.reports.countMissing.mutationOptions({
      async onSuccess({ asked }) {
        showToast({ title: `${plural(asked, 'report is', 'reports are')} being counted` })
        await queryClient.invalidateQueries()
      },
      onError: (error) => showToast({ title: 'Not counted', detail: error.message, isFailure: true }),
    }),
  )
  const isOpen = uncounted.every(({ isAsked }) => isAsked)
  const may = reportsCan.count({ permissions: new Set<string>(session.permissions) }, isOpen)
  return (
    <section aria-label="Not counted" className="flex flex-col gap-3 rounded-panel border border-line bg-canvas p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-body">
          <b className="font-key">
            {plural(uncounted.length, 'client has', 'clients have')} no report of {formatMonth(month)}.
          </b>{' '}
          <span className="text-text-2">
            Their month was over and nobody counted it in time. It can still be counted: how each computer stood was
            written down then.
          </span>
        </p>
        <Button
          disabledReason={may.can ? null : may.reason}
          reasonPlacement="beside"
          isPending={count.isPending}
          onClick={() => count.mutate({ month })}
        >
          Count them
        </Button>
      </div>
      <ul className="flex flex-col gap-1 text-body">
        {uncounted.map(({ client, isAsked, fault }) => (
          <li key={client.id}>
            <Link href={paths.client(slug, client.id)} className="link reach">
              {client.name}
            </Link>
            {isAsked ? <span className="text-text-2"> – being counted</span> : null}
            {!isAsked && fault ? <span className="text-fail"> – {fault}</span> : null}
          </li>
        ))}
      </ul>
    </section>
  )
}
