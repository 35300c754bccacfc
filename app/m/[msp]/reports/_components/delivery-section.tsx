'use client'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FactsList } from '@/components/facts-list'
import { formatDateTime, plural } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import { useToast } from '@/components/ui/toast'
import type { Can } from '@/server/can'
import { mostNoteLetters, reportMail, reportsCan } from '@/server/reports/rules'
import { MailList } from './mail-list'
import { RecountDialog } from './recount-dialog'

type DeliverySectionProps = { reportId: string; client: { id: string; name: string; timeZone: string }; month: string }

/** Over a report, for the people of the MSP: the mail as it will go and to whom, or what became of it; and the way to count the month again. */
export function DeliverySection({ reportId, client, month }: DeliverySectionProps) {
  const trpc = useTrpc()
  const { data: delivery } = useSuspenseQuery(trpc.reports.delivery.queryOptions({ reportId }))
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const [isRecounting, setRecounting] = useState(false)
  const viewer = { permissions: new Set<string>(session.permissions) }
  const correct = reportsCan.correct(
    viewer,
    delivery.recounts.some((one) => one.doneAt === null),
  )
  const last = delivery.recounts.at(-1)
  const { timeZone } = session
  return (
    <section
      aria-labelledby="delivery-head"
      className="flex flex-col gap-4 rounded-panel border border-line bg-canvas p-5 print:hidden"
    >
      <SectionHead
        id="delivery-head"
        title={delivery.sending ? 'Sent' : 'Not sent yet'}
        aside={
          <Button
            size="sm"
            disabledReason={correct.can ? null : correct.reason}
            reasonPlacement="beside"
            onClick={() => setRecounting(true)}
          >
            Count again…
          </Button>
        }
      />
      {delivery.sending ? (
        <SentReport reportId={reportId} />
      ) : (
        <SendForm key={reportId} reportId={reportId} may={reportsCan.send(viewer)} />
      )}
      {last ? (
        <FactsList
          isPair
          facts={[
            {
              label: last.doneAt ? (last.fault ? 'Not counted' : 'Counted again') : 'To be counted',
              value: `${last.reason} (${last.askedBy}, ${formatDateTime(last.askedAt, timeZone, delivery.asOf)})${last.fault ? `. ${last.fault}` : ''}`,
            },
          ]}
        />
      ) : null}
      {isRecounting ? <RecountDialog client={client} month={month} onClose={() => setRecounting(false)} /> : null}
    </section>
  )
}

/** The note, and beside it the mail as each manager will read it. */
function SendForm({ reportId, may }: { reportId: string; may: Can }) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const { data } = useSuspenseQuery(trpc.reports.delivery.queryOptions({ reportId }))
  const [note, setNote] = useState('')
  const send = useMutation(
    trpc.reports.send.mutationOptions({
      async onSuccess() {
        showToast({ title: 'On its way', detail: 'The client may read it from now on.' })
        await queryClient.invalidateQueries()
      },
    }),
  )
  const { can, managers, letter } = data
  const verdict = may.can ? can.send : may
  const reason = verdict.can ? null : verdict.reason
  const [first] = managers
  const mail = reportMail(first ?? { name: letter.client, email: '' }, { ...letter, note })
  return (
    <div className="grid gap-5 wide:grid-cols-2">
      <form
        noValidate
        className="flex flex-col items-start gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (reason === null && !send.isPending) send.mutate({ reportIds: [reportId], note })
        }}
      >
        <Field
          label="Note"
          hint="Stands over the numbers, in the mail and in the PDF. What is frozen stays as it is."
          error={send.error?.message}
        >
          <Textarea
            rows={6}
            value={note}
            maxLength={mostNoteLetters}
            onChange={(event) => setNote(event.target.value)}
          />
        </Field>
        <Button type="submit" variant="primary" disabledReason={reason} isPending={send.isPending}>
          {managers.length > 0 ? `Send to ${plural(managers.length, 'manager', 'managers')}` : 'Send'}
        </Button>
      </form>
      <section aria-label="The mail" className="min-w-0 rounded-panel bg-side p-4 text-detail">
        <p className="text-text-3">
          To {managers.map(({ name, email }) => `${name}, ${email}`).join('; ') || 'nobody'}
        </p>
        <p className="pt-1 font-key">{mail.subject}</p>
        <p className="whitespace-pre-line break-words pt-3 text-text-2">{mail.text.trim()}</p>
      </section>
    </div>
  )
}

/** Who let it go and when, and what became of each mail. */
function SentReport({ reportId }: { reportId: string }) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const { data } = useSuspenseQuery(trpc.reports.delivery.queryOptions({ reportId }))
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const resend = useMutation(
    trpc.reports.resend.mutationOptions({
      async onSuccess() {
        showToast({ title: 'On its way once more', detail: 'With the note and the file as they went out.' })
        await queryClient.invalidateQueries()
      },
      onError: (error) => showToast({ title: 'Not sent', detail: error.message, isFailure: true }),
    }),
  )
  const { sending, mails, can, asOf } = data
  if (!sending) return null
  const when = (at: Date) => formatDateTime(at, session.timeZone, asOf)
  const may = reportsCan.send({ permissions: new Set<string>(session.permissions) })
  const verdict = may.can ? can.resend : may
  return (
    <div className="flex flex-col items-start gap-4">
      <p className="text-body text-text-2">
        {sending.askedBy} let it go {when(sending.askedAt)}.{' '}
        {sending.openedAt
          ? `The client reads it since ${when(sending.openedAt)}.`
          : 'The client reads it as soon as its file is made.'}
      </p>
      <MailList mails={mails} when={when} />
      <Button
        disabledReason={verdict.can ? null : verdict.reason}
        reasonPlacement="beside"
        isPending={resend.isPending}
        onClick={() => resend.mutate({ reportId })}
      >
        Send again
      </Button>
    </div>
  )
}
