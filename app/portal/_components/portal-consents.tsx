'use client'
import { useState } from 'react'
import { FormDialog } from '@/components/form-dialog'
import { formatDate, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import { reasonLength } from '@/server/audit/rules'
import type { Portal } from './portal-header'
import { SheetSection } from './sheet-section'
import { usePortalVerb } from './use-portal-verb'

type Consent = Portal['consents'][number]
type Answered = { consent: Consent; answer: 'yes' | 'no' }

/** Updates that wait for the yes of this organisation: what, why, what happens when. Nothing where none does. */
export function PortalConsents({ portal }: { portal: Portal }) {
  const [answered, setAnswered] = useState<Answered | null>(null)
  const { consents, organisation, msp, asOf } = portal
  if (consents.length === 0) return null
  return (
    <SheetSection title={plural(consents.length, 'update waits for your yes', 'updates wait for your yes')}>
      <p className="pt-3 text-body text-text-2">
        {msp.name} asks you before {consents.length === 1 ? 'it goes' : 'they go'} in. Silence is no yes: without your
        answer {consents.length === 1 ? 'it waits' : 'they wait'}.
      </p>
      <ul className="divide-y divide-line">
        {consents.map((consent) => (
          <li key={consent.id} className="flex flex-wrap items-start justify-between gap-x-8 gap-y-3 py-4">
            <div className="min-w-0 max-w-[520px] flex-1 basis-72">
              <p className="break-words text-lead text-text">
                <b className="font-key">{nameOf(consent)}</b> for {plural(consent.computers, 'computer', 'computers')}
              </p>
              <p className="break-words pt-1 text-body text-text-2">Why: {consent.reason}</p>
              <p className="break-words text-body text-text-2">What happens: {consent.plan}</p>
              <p className="text-detail text-text-3">
                Asked by {consent.askedBy} on {formatDate(consent.askedAt, organisation.timeZone, asOf)}.
              </p>
            </div>
            <span className="flex shrink-0 gap-2">
              <Button onClick={() => setAnswered({ consent, answer: 'no' })}>
                No…<span className="sr-only"> to {nameOf(consent)}</span>
              </Button>
              <Button variant="primary" onClick={() => setAnswered({ consent, answer: 'yes' })}>
                Yes…<span className="sr-only"> to {nameOf(consent)}</span>
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {answered ? <AnswerDialog answered={answered} portal={portal} onClose={() => setAnswered(null)} /> : null}
    </SheetSection>
  )
}

const nameOf = ({ patch }: Consent) => `${patch.name} ${patch.version}`

/** A yes that says what it lets happen, or a no with its reason. */
function AnswerDialog({ answered, portal, onClose }: { answered: Answered; portal: Portal; onClose: () => void }) {
  const { consent, answer } = answered
  const [reason, setReason] = useState('')
  const [hasTried, setHasTried] = useState(false)
  const { call, isPending, error } = usePortalVerb(portal.msp.slug, onClose)
  const isNo = answer === 'no'
  const isShort = isNo && reason.trim().length < reasonLength.minLength
  const send = () => {
    setHasTried(true)
    if (isShort || isPending) return
    const input = { consentId: consent.id, answer, reason: reason.trim() }
    void call((verbs) => verbs.answerConsent.mutate(input), isNo ? 'You said no' : 'You said yes')
  }
  return (
    <FormDialog
      title={`${isNo ? 'No' : 'Yes'} to ${nameOf(consent)}`}
      description={
        isNo
          ? `It stays off. ${portal.msp.name} reads why, and goes on only by giving a reason that is kept.`
          : `${portal.msp.name} may install it from now on, in the hours for updates. ${consent.plan}`
      }
      verb={isNo ? 'Say no' : 'Say yes'}
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
