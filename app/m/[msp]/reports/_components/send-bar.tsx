import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { formatMonth, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import type { Outputs } from '@/server/api/root'
import type { Can } from '@/server/can'
import { reportsCan } from '@/server/reports/rules'

type ReportLine = Outputs['reports']['list']['rows'][number]
type SendBarProps = {
  reports: readonly ReportLine[]
  /** The ids of those to send; none = all that nobody sent. */
  chosen: ReadonlySet<string>
  month: string
}

/** The chosen reports, or all in view that nobody sent yet, in one go; while mail is on its way, how far it is, and the way to stop it. */
export function SendBar({ reports, chosen, month }: SendBarProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const [isAsking, setAsking] = useState(false)
  const [left, setLeft] = useState<Outputs['reports']['send']['left']>([])
  const unsent = sendableOf(reports, chosen)
  const sum = (key: 'open' | 'sent' | 'wanted' | 'troubled') =>
    reports.reduce((all, { delivery }) => all + (delivery?.[key] ?? 0), 0)
  const send = useMutation(
    trpc.reports.send.mutationOptions({
      async onSuccess(answer) {
        setAsking(false)
        setLeft(answer.left)
        showToast({ title: `${plural(answer.sent, 'report', 'reports')} on the way` })
        await queryClient.invalidateQueries()
      },
    }),
  )
  const stop = useMutation(
    trpc.reports.stop.mutationOptions({
      async onSuccess({ stopped }) {
        showToast({ title: `${plural(stopped, 'mail', 'mails')} stopped`, detail: 'What left before has left.' })
        await queryClient.invalidateQueries()
      },
      onError: (error) => showToast({ title: 'Not stopped', detail: error.message, isFailure: true }),
    }),
  )
  const viewer = { permissions: new Set<string>(session.permissions) }
  const whyNot = (may: Can) => (may.can ? null : may.reason)
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        {unsent.length > 0 ? (
          <Button
            disabledReason={whyNot(reportsCan.send(viewer))}
            reasonPlacement="beside"
            onClick={() => setAsking(true)}
          >
            Send {plural(unsent.length, 'report', 'reports')}…
          </Button>
        ) : null}
        {sum('open') > 0 ? (
          <>
            <span role="status" className="text-body text-text-2">
              {sum('sent')} of {plural(sum('wanted'), 'mail', 'mails')} left
              {sum('troubled') > 0 ? `, ${sum('troubled')} in trouble` : ''}
            </span>
            <Button
              size="sm"
              disabledReason={whyNot(reportsCan.stop(viewer))}
              reasonPlacement="beside"
              isPending={stop.isPending}
              onClick={() => stop.mutate({ month })}
            >
              Stop
            </Button>
          </>
        ) : null}
      </div>
      {left.length > 0 ? (
        <ul aria-label="Not sent" className="text-detail text-fail">
          {left.map(({ client, why }) => (
            <li key={client}>
              {client}: {why}
            </li>
          ))}
        </ul>
      ) : null}
      {isAsking ? (
        <FormDialog
          onClose={() => setAsking(false)}
          title={`Send ${plural(unsent.length, 'report', 'reports')} of ${formatMonth(month)}`}
          description="Each goes to the managers of its client, without a note. From then on the client may read it."
          verb={`Send ${plural(unsent.length, 'report', 'reports')}`}
          isPending={send.isPending}
          error={send.error?.message}
          onSubmit={() =>
            send.isPending ? undefined : send.mutate({ reportIds: unsent.map(({ id }) => id), note: '' })
          }
        />
      ) : null}
    </div>
  )
}

/** What a click would send: of those that nobody sent, the chosen ones, or all where none is chosen. */
function sendableOf(reports: readonly ReportLine[], chosen: ReadonlySet<string>): readonly ReportLine[] {
  const unsent = reports.filter(({ delivery }) => !delivery)
  const some = unsent.filter(({ id }) => chosen.has(id))
  return some.length > 0 ? some : unsent
}
