import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { SectionHead } from '@/components/section-head'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useToast } from '@/components/ui/toast'
import type { Outputs } from '@/server/api/root'

type ReportsSectionProps = {
  reports: Outputs['settings']['get']['reports']
  /** Why this person may not set it. */
  reason: string | null
}

const never = 'never'
const days = [0, 1, 3, 7, 14]
const dayWords = (count: number) => {
  if (count === 0) return 'Send by itself, at once'
  return `A person looks first; after ${count === 1 ? 'a day' : `${count} days`} it goes by itself`
}

/** When monthly reports go to their clients, and in whose colour. */
export function ReportsSection({ reports, reason }: ReportsSectionProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [sendAfterDays, setDays] = useState(reports.sendAfterDays)
  const [accent, setAccent] = useState(reports.accent ?? '')
  const draft = { sendAfterDays, accent: accent.trim() || null }
  const hasChanges = draft.sendAfterDays !== reports.sendAfterDays || draft.accent !== reports.accent
  const save = useMutation(
    trpc.settings.saveReports.mutationOptions({
      async onSuccess() {
        showToast({ title: 'Reports saved', detail: 'It holds for what is counted from now on.' })
        await queryClient.invalidateQueries(trpc.settings.get.queryFilter())
      },
    }),
  )
  const choices = [...new Set([...days, ...(reports.sendAfterDays === null ? [] : [reports.sendAfterDays])])]
  return (
    <section aria-labelledby="reports-head">
      <SectionHead id="reports-head" title="Reports" />
      <form
        noValidate
        className="flex max-w-[620px] flex-col gap-5 pt-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (reason === null && hasChanges && !save.isPending) save.mutate(draft)
        }}
      >
        <Field label="When a month is counted" hint="What was counted before this is chosen never goes by itself.">
          <Select
            value={sendAfterDays === null ? never : String(sendAfterDays)}
            options={[
              { value: never, label: 'A person looks first; nothing goes by itself' },
              ...choices.toSorted((a, b) => a - b).map((one) => ({ value: String(one), label: dayWords(one) })),
            ]}
            onChange={(value) => setDays(value === never ? null : Number(value))}
          />
        </Field>
        <Field
          label="Colour"
          hint="Of reports, on paper and on screen: # and six hexadecimal digits. Empty: the colour of Patchward."
        >
          <Input
            isMono
            value={accent}
            maxLength={7}
            autoComplete="off"
            onChange={(event) => setAccent(event.target.value)}
          />
        </Field>
        <div className="flex flex-col items-start gap-2">
          <Button
            type="submit"
            variant={hasChanges ? 'primary' : 'secondary'}
            isPending={save.isPending}
            disabledReason={reason ?? (hasChanges ? null : 'Nothing is changed.')}
            reasonPlacement="beside"
          >
            Save reports
          </Button>
          {save.error ? (
            <p role="alert" className="text-detail text-fail">
              Not saved: {save.error.message}
            </p>
          ) : null}
        </div>
      </form>
    </section>
  )
}
