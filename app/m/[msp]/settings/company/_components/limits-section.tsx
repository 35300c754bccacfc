import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { plural } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Stepper } from '@/components/ui/stepper'
import { useToast } from '@/components/ui/toast'
import { mostDevices, type SaveSettings } from '@/server/msps/schema'

type LimitsSectionProps = {
  limits: SaveSettings
  /** Why this person may not set them. */
  reason: string | null
}

/** How far one person's yes reaches, and how fast anything spreads whatever was said. */
export function LimitsSection({ limits, reason }: LimitsSectionProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const was = { secondPersonDevices: limits.secondPersonDevices, devicesPerHour: limits.devicesPerHour }
  const [draft, setDraft] = useState(was)
  const isChanged = (key: keyof SaveSettings) => draft[key] !== was[key]
  const hasChanges = isChanged('secondPersonDevices') || isChanged('devicesPerHour')
  const save = useMutation(
    trpc.settings.save.mutationOptions({
      async onSuccess() {
        showToast({ title: 'Limits saved', detail: 'They hold from the next action on.' })
        await queryClient.invalidateQueries(trpc.settings.get.queryFilter())
      },
    }),
  )
  const stepper = (key: keyof SaveSettings, step: number) => (
    <Stepper
      value={draft[key]}
      min={1}
      max={mostDevices}
      step={step}
      isDisabled={reason !== null || save.isPending}
      isChanged={isChanged(key)}
      onChange={(value) => setDraft({ ...draft, [key]: value })}
    />
  )
  return (
    <section aria-labelledby="limits-head">
      <SectionHead id="limits-head" title="Limits" />
      <form
        // The browser would take the step of the buttons for a rule of the number, and say so nowhere.
        noValidate
        className="flex max-w-[620px] flex-col gap-5 pt-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (hasChanges && !save.isPending) save.mutate(draft)
        }}
      >
        <Field
          label="A second person above this many devices"
          hint={`What touches more than ${plural(draft.secondPersonDevices, 'device', 'devices')}, or devices of more than one client, waits until another person confirms it.`}
        >
          {stepper('secondPersonDevices', 10)}
        </Field>
        <Field
          label="Devices that may start in an hour"
          hint={`At most ${plural(draft.devicesPerHour, 'device starts', 'devices start')} an install in any one hour, over all clients and whatever was approved. The others wait.`}
        >
          {stepper('devicesPerHour', 50)}
        </Field>
        <div className="flex flex-col items-start gap-2">
          <Button
            type="submit"
            variant={hasChanges ? 'primary' : 'secondary'}
            isPending={save.isPending}
            disabledReason={reason ?? (hasChanges ? null : 'Nothing is changed.')}
            reasonPlacement="beside"
          >
            Save limits
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
