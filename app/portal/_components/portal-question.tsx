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

/** After updates changed computers: did anything break? Asked once, gone when somebody answered. */
export function PortalQuestion({ portal }: { portal: Portal }) {
  const [isTelling, setIsTelling] = useState(false)
  const [words, setWords] = useState('')
  const [hasTried, setHasTried] = useState(false)
  const { call, isPending, error } = usePortalVerb(portal.msp.slug, () => setIsTelling(false))
  const { asked, organisation, asOf } = portal
  if (!asked) return null
  const isShort = words.trim().length < reasonLength.minLength
  const give = (isBroken: boolean) =>
    void call(
      (verbs) => verbs.giveFeedback.mutate({ rolloutId: asked.rolloutId, isBroken, words: isBroken ? words : '' }),
      isBroken ? `${portal.msp.name} knows of it now` : 'Thank you',
    )
  const tell = () => {
    setHasTried(true)
    if (!isShort && !isPending) give(true)
  }
  return (
    <SheetSection title="Did anything break?">
      <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-3 pt-3">
        <p className="text-lead text-text-2">
          {plural(asked.computers, 'computer was', 'computers were')} updated, the last on{' '}
          {formatDate(asked.changedAt, organisation.timeZone, asOf)}.
        </p>
        <span className="flex shrink-0 gap-2">
          <Button isPending={isPending && !isTelling} onClick={() => give(false)}>
            No, all works
          </Button>
          <Button onClick={() => setIsTelling(true)}>Yes…</Button>
        </span>
      </div>
      {error && !isTelling ? (
        <p role="alert" className="pt-2 text-detail text-fail">
          {error}
        </p>
      ) : null}
      <FormDialog
        isOpen={isTelling}
        title="What broke?"
        description={`${portal.msp.name} reads it beside these updates, and sees it first thing.`}
        verb="Send"
        isPending={isPending}
        onClose={() => setIsTelling(false)}
        onSubmit={tell}
        error={error}
      >
        <Field
          label="In your words"
          hint="Which computer, which program, since when."
          error={hasTried && isShort ? 'Say what broke, in a few words' : undefined}
        >
          <Textarea
            rows={3}
            value={words}
            maxLength={reasonLength.maxLength}
            onChange={(event) => setWords(event.target.value)}
          />
        </Field>
      </FormDialog>
    </SheetSection>
  )
}
