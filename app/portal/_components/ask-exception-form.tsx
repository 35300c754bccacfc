'use client'
import { useState } from 'react'
import { FormDialog } from '@/components/form-dialog'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import type { Outputs } from '@/server/api/root'
import { reasonLength } from '@/server/audit/rules'
import { dayAt, latestDay } from '@/server/exceptions/rules'
import { type AskDraft, cutSentence, draftFaults, toAsk, updateOptions, whereOptions } from './ask-words'
import type { Portal } from './portal-header'
import { usePortalVerb } from './use-portal-verb'

const usualMs = 30 * 86_400_000
type Props = { portal: Portal; choices: Outputs['portal']['askChoices']; onClose: () => void }

/** Which update, where, until when, why, what protects meanwhile and who answers for it: in the words of somebody who runs a company. */
export function AskExceptionForm({ portal, choices, onClose }: Props) {
  const { timeZone } = choices.client
  const today = dayAt(choices.asOf, timeZone)
  const [draft, setDraft] = useState<AskDraft>(() => ({
    ...{ patchId: '', where: 'all', isAllVersions: false, reason: '', measure: '', owner: portal.person.name },
    lastDay: dayAt(new Date(choices.asOf.getTime() + usualMs), timeZone),
  }))
  const [hasTried, setHasTried] = useState(false)
  const { call, isPending, error } = usePortalVerb(portal.msp.slug, onClose)
  const set = (change: Partial<AskDraft>) => setDraft((before) => ({ ...before, ...change }))
  const found = draftFaults(draft, today)
  const faults = hasTried ? found : {}
  const chosen = choices.updates.find(({ id }) => id === draft.patchId)
  const send = () => {
    setHasTried(true)
    if (Object.keys(found).length > 0 || isPending) return
    void call(
      (verbs) => verbs.askException.mutate(toAsk(draft, choices.client.id)),
      `Asked. ${portal.msp.name} answers.`,
    )
  }
  const cut = cutSentence(choices, portal.msp.name, choices.updates.length)
  return (
    <FormDialog
      title="Keep an update off for a while"
      description={`Nothing changes before ${portal.msp.name} agrees. It ends by itself after the last day; then the update is planned.`}
      verb="Ask"
      isPending={isPending}
      onClose={onClose}
      onSubmit={send}
      error={error}
    >
      {choices.updates.length === 0 ? (
        <p className="text-body text-text-2">Your computers lack no update now, so there is nothing to keep off.</p>
      ) : null}
      <Field label="Which update" error={faults.patchId} hint={cut}>
        <Select
          placeholder="Choose…"
          value={draft.patchId}
          onChange={(patchId) => set({ patchId })}
          options={updateOptions(choices)}
        />
      </Field>
      <Checkbox
        isChecked={draft.isAllVersions}
        onChange={(isAllVersions) => set({ isAllVersions })}
        label={chosen ? `Later versions of ${chosen.name} as well` : 'Later versions as well'}
      />
      <Field label="Where">
        <Select value={draft.where} onChange={(where) => set({ where })} options={whereOptions(choices)} />
      </Field>
      <Field label="Why" error={faults.reason}>
        <Textarea
          rows={2}
          value={draft.reason}
          maxLength={reasonLength.maxLength}
          onChange={(event) => set({ reason: event.target.value })}
        />
      </Field>
      <Field
        label="What protects these computers meanwhile"
        hint="It stands on your monthly report."
        error={faults.measure}
      >
        <Textarea
          rows={2}
          value={draft.measure}
          maxLength={reasonLength.maxLength}
          onChange={(event) => set({ measure: event.target.value })}
        />
      </Field>
      <div className="grid gap-4 wide:grid-cols-2">
        <Field label="Who answers for it" error={faults.owner}>
          <Input value={draft.owner} maxLength={100} onChange={(event) => set({ owner: event.target.value })} />
        </Field>
        <Field label="Last day" hint="At most a year ahead." error={faults.lastDay}>
          <Input
            type="date"
            value={draft.lastDay}
            min={today}
            max={latestDay(today)}
            onChange={(event) => set({ lastDay: event.target.value })}
          />
        </Field>
      </div>
    </FormDialog>
  )
}
