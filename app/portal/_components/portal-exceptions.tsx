'use client'
import { useState } from 'react'
import { FormDialog } from '@/components/form-dialog'
import { formatDate, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import { reasonLength } from '@/server/audit/rules'
import { AskException } from './ask-exception'
import { type PortalException, untilWords, whatWords, whereWords } from './exception-words'
import type { Portal } from './portal-header'
import { SheetSection } from './sheet-section'
import { usePortalVerb } from './use-portal-verb'

type Asked = { exception: PortalException; answer: 'accepted' | 'refused' }

/** What stays off on purpose: questions to this organisation first, then what is agreed on, and the way to ask for more. */
export function PortalExceptions({ portal }: { portal: Portal }) {
  const { toSignOff, waiting, inForce } = portal.exceptions
  const [asked, setAsked] = useState<Asked | null>(null)
  const now = portal.asOf
  return (
    <>
      {toSignOff.length > 0 ? (
        <SheetSection title={plural(toSignOff.length, 'exception to sign off', 'exceptions to sign off')}>
          <p className="pt-3 text-body text-text-2">
            {portal.msp.name} asks that an update stays off for a while. Yes means that you know the risk and accept it.
          </p>
          <ul className="divide-y divide-line">
            {toSignOff.map((exception) => (
              <li key={exception.id} className="flex flex-wrap items-start justify-between gap-x-8 gap-y-3 py-4">
                <Terms exception={exception} now={now} />
                <span className="flex shrink-0 gap-2">
                  <Button onClick={() => setAsked({ exception, answer: 'refused' })}>
                    No…<span className="sr-only"> to {whatWords(exception)}</span>
                  </Button>
                  <Button variant="primary" onClick={() => setAsked({ exception, answer: 'accepted' })}>
                    Sign off…<span className="sr-only"> {whatWords(exception)}</span>
                  </Button>
                </span>
              </li>
            ))}
          </ul>
        </SheetSection>
      ) : null}
      <SheetSection title="Kept off on purpose">
        {inForce.length + waiting.length > 0 ? (
          <ul className="divide-y divide-line">
            {inForce.map((exception) => (
              <li key={exception.id} className="py-4">
                <Terms exception={exception} now={now} />
                <p className="pt-1 text-detail text-text-3">
                  {exception.agreed
                    ? `Agreed by ${exception.agreed.by} on ${formatDate(exception.agreed.at, portal.organisation.timeZone, now)}.`
                    : null}
                  {exception.isEnding ? (
                    <span className="text-warn"> It ends in less than two weeks; then the update is planned.</span>
                  ) : null}
                </p>
              </li>
            ))}
            {waiting.map((exception) => (
              <li key={exception.id} className="py-4">
                <Terms exception={exception} now={now} />
                <p className="pt-1 text-detail text-text-3">
                  You asked for it; {portal.msp.name} has not answered yet.
                </p>
              </li>
            ))}
          </ul>
        ) : (
          <p className="pt-3 text-body text-text-2">No update is kept off your computers on purpose.</p>
        )}
        <AskException portal={portal} />
      </SheetSection>
      <AnswerDialog key={asked?.exception.id ?? 'none'} asked={asked} portal={portal} onClose={() => setAsked(null)} />
    </>
  )
}

/** What stays off, where, until when, why, what protects meanwhile and who answers for it. */
function Terms({ exception, now }: { exception: PortalException; now: Date }) {
  return (
    <div className="min-w-0 max-w-[520px] flex-1 basis-72">
      <p className="break-words text-lead text-text">
        <b className="font-key">{whatWords(exception)}</b> stays off {whereWords(exception)},{' '}
        {untilWords(exception, now)}
      </p>
      <p className="break-words pt-1 text-body text-text-2">Why: {exception.reason}</p>
      <p className="break-words text-body text-text-2">Protected meanwhile by: {exception.measure}</p>
      <p className="text-detail text-text-3">
        {exception.owner} answers for it. Asked by {exception.askedBy}.
      </p>
    </div>
  )
}

type AnswerDialogProps = { asked: Asked | null; portal: Portal; onClose: () => void }

/** A yes that says what it means, or a no with its reason. */
function AnswerDialog({ asked, portal, onClose }: AnswerDialogProps) {
  const [reason, setReason] = useState('')
  const [hasTried, setHasTried] = useState(false)
  const { call, isPending, error } = usePortalVerb(portal.msp.slug, onClose)
  if (!asked) return null
  const { exception, answer } = asked
  const isNo = answer === 'refused'
  const isShort = isNo && reason.trim().length < reasonLength.minLength
  const send = () => {
    setHasTried(true)
    if (isShort || isPending) return
    const input = { exceptionId: exception.id, answer, reason: reason.trim() }
    void call((verbs) => verbs.answerException.mutate(input), isNo ? 'Refused' : 'Signed off')
  }
  return (
    <FormDialog
      title={isNo ? `No to ${whatWords(exception)}` : `Sign off ${whatWords(exception)}`}
      description={
        isNo
          ? `The update is installed as planned. ${portal.msp.name} reads why.`
          : `It stays off ${whereWords(exception)} ${untilWords(exception, portal.asOf)}. Your name stands on the monthly report.`
      }
      verb={isNo ? 'Say no' : 'Sign off'}
      isPending={isPending}
      onClose={onClose}
      onSubmit={send}
      error={error}
    >
      <Field
        label={isNo ? 'Why not' : 'A word to it (optional)'}
        error={hasTried && isShort ? 'Say why not, in a few words' : undefined}
      >
        <Textarea
          rows={2}
          value={reason}
          maxLength={reasonLength.maxLength}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
    </FormDialog>
  )
}
