'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { useToast } from '@/components/ui/toast'
import { reasonLength } from '@/server/audit/rules'
import { dayAt, latestDay } from '@/server/exceptions/rules'
import { isShortReason } from './reason-field'

type AskExceptionDialogProps = {
  isOpen: boolean
  onClose: () => void
  patch: { id: string; name: string; version: string }
  client: { id: string; name: string }
  /** The device that somebody looks at, with its tags; without one the whole client, or a tag that is typed. */
  device?: { id: string; hostName: string; tags: readonly string[] }
  timeZone: string
  now: Date
}

const usualDays = 30
const dayMs = 86_400_000
const short = 'Say it in a few words'

/** Asks the client that a patch stays off: why, who answers for it, what protects meanwhile, until when. */
export function AskExceptionDialog({ isOpen, onClose, patch, client, device, timeZone, now }: AskExceptionDialogProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const today = dayAt(now, timeZone)
  const [where, setWhere] = useState(device ? 'device' : 'client')
  const [tag, setTag] = useState('')
  const [isAllVersions, setIsAllVersions] = useState(false)
  const [reason, setReason] = useState('')
  const [owner, setOwner] = useState('')
  const [measure, setMeasure] = useState('')
  const [lastDay, setLastDay] = useState(() => dayAt(new Date(now.getTime() + usualDays * dayMs), timeZone))
  const [hasTried, setHasTried] = useState(false)
  const ask = useMutation(
    trpc.exceptions.ask.mutationOptions({
      onSuccess: async () => {
        onClose()
        showToast({
          title: `Asked: ${patch.name} ${patch.version} stays off`,
          detail: `It begins when a client manager of ${client.name} signs it off in the portal.`,
        })
        await queryClient.invalidateQueries()
      },
    }),
  )
  const isTag = where === 'tag' || where.startsWith('tag ')
  const named = where.startsWith('tag ') ? where.slice('tag '.length) : tag.trim()
  const isDayGood = lastDay >= today && lastDay <= latestDay(today)
  const isGood =
    !isShortReason(reason) &&
    !isShortReason(measure) &&
    owner.trim().length > 1 &&
    isDayGood &&
    (!isTag || named !== '')
  const submit = () => {
    setHasTried(true)
    if (!isGood || ask.isPending) return
    ask.mutate({
      ...{ clientId: client.id, patchId: patch.id, isAllVersions, reason, owner, measure, lastDay },
      reach:
        where === 'device' && device
          ? { kind: 'device', deviceId: device.id }
          : isTag
            ? { kind: 'tag', tag: named }
            : { kind: 'client' },
    })
  }
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Ask ${client.name} that ${patch.name} ${patch.version} stays off`}
      description="Nothing changes before they sign it off. It ends by itself after the last day."
      verb="Ask"
      isPending={ask.isPending}
      onSubmit={submit}
      error={ask.error ? `Not asked: ${ask.error.message}` : undefined}
    >
      <Field label="Where">
        <Select
          value={where}
          onChange={setWhere}
          options={[
            ...(device ? [{ value: 'device', label: device.hostName }] : []),
            ...(device?.tags ?? []).map((each) => ({ value: `tag ${each}`, label: `Devices with the tag ${each}` })),
            ...(device ? [] : [{ value: 'tag', label: 'Devices with a tag' }]),
            { value: 'client', label: `All devices of ${client.name}` },
          ]}
        />
      </Field>
      {where === 'tag' ? (
        <Field label="Tag" error={hasTried && named === '' ? 'Which tag?' : undefined}>
          <Input value={tag} maxLength={60} onChange={(event) => setTag(event.target.value)} />
        </Field>
      ) : null}
      <Checkbox
        isChecked={isAllVersions}
        onChange={setIsAllVersions}
        label={`Every version of ${patch.name}, those to come included`}
      />
      <Field label="Why" error={hasTried && isShortReason(reason) ? short : undefined}>
        <Textarea
          rows={2}
          value={reason}
          maxLength={reasonLength.maxLength}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      <Field
        label="What protects meanwhile"
        hint="The compensating measure; it stands on the client's report."
        error={hasTried && isShortReason(measure) ? short : undefined}
      >
        <Textarea
          rows={2}
          value={measure}
          maxLength={reasonLength.maxLength}
          onChange={(event) => setMeasure(event.target.value)}
        />
      </Field>
      <div className="grid gap-4 wide:grid-cols-2">
        <Field label="Who answers for it" error={hasTried && owner.trim().length < 2 ? 'A name' : undefined}>
          <Input value={owner} maxLength={100} onChange={(event) => setOwner(event.target.value)} />
        </Field>
        <Field
          label="Last day"
          hint={`In ${timeZone}, at most a year ahead.`}
          error={hasTried && !isDayGood ? 'A day from today on, at most a year ahead' : undefined}
        >
          <Input
            type="date"
            value={lastDay}
            min={today}
            max={latestDay(today)}
            onChange={(event) => setLastDay(event.target.value)}
          />
        </Field>
      </div>
    </FormDialog>
  )
}
