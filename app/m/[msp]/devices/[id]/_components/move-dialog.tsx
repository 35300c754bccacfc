import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useToast } from '@/components/ui/toast'
import { reasonLength } from '@/server/audit/rules'
import type { DevicePage } from './device-header'

/** Moves a device to another client: where to, what goes over, what stays. */
export function MoveDialog({ page: { device, client }, onClose }: { page: DevicePage; onClose: () => void }) {
  const trpc = useTrpc()
  const router = useRouter()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const { data, isError } = useQuery(trpc.clients.places.queryOptions())
  const [to, setTo] = useState({ clientId: '', siteId: '' })
  const [keepTags, setKeepTags] = useState(false)
  const [reason, setReason] = useState('')
  const [hasTried, setHasTried] = useState(false)
  const others = (data ?? []).filter((one) => one.id !== client.id)
  const chosen = others.find((one) => one.id === to.clientId)
  const move = useMutation(
    trpc.devices.move.mutationOptions({
      onSuccess: async () => {
        onClose()
        showToast({
          title: `${device.hostName} belongs to ${chosen?.name} now`,
          detail: `Its history of before stays with ${client.name}.`,
        })
        await queryClient.invalidateQueries()
        router.refresh()
      },
    }),
  )
  const submit = () => {
    setHasTried(true)
    if (!move.isPending && to.siteId) move.mutate({ deviceId: device.id, ...to, keepTags, reason: reason.trim() })
  }
  return (
    <FormDialog
      onClose={onClose}
      title={`Move ${device.hostName} to another client`}
      description={`What it is now goes over. What happened until now stays with ${client.name}, on its page. Orders that did not begin end; the agent goes on by itself.`}
      verb={move.isPending ? 'Moving…' : 'Move 1 device'}
      isPending={move.isPending}
      onSubmit={submit}
      error={move.error && `Not moved: ${move.error.message}`}
    >
      <Field
        label="Client"
        hint={data && others.length === 0 ? 'You see no other client.' : undefined}
        error={
          isError
            ? 'The clients could not be read. Close this and try again.'
            : hasTried && !chosen
              ? 'Choose a client.'
              : undefined
        }
      >
        <Select
          value={to.clientId}
          placeholder={data ? 'Choose a client' : 'Reading…'}
          isDisabled={others.length === 0}
          options={others.map((one) => ({ value: one.id, label: one.name }))}
          onChange={(clientId) => {
            const sites = others.find((one) => one.id === clientId)?.sites ?? []
            setTo({ clientId, siteId: sites.length === 1 ? (sites[0]?.id ?? '') : '' })
          }}
        />
      </Field>
      {chosen ? (
        <Field label="Site" error={hasTried && !to.siteId ? 'Choose a site.' : undefined}>
          <Select
            value={to.siteId}
            placeholder="Choose a site"
            options={chosen.sites.map((site) => ({ value: site.id, label: site.name }))}
            onChange={(siteId) => setTo({ ...to, siteId })}
          />
        </Field>
      ) : null}
      {device.tags.length > 0 ? (
        <Checkbox
          label={`Keep its tags (${device.tags.join(', ')}): they choose its ring there`}
          isChecked={keepTags}
          onChange={setKeepTags}
        />
      ) : null}
      <Field label="Reason, if there is one to keep">
        <Input value={reason} maxLength={reasonLength.maxLength} onChange={(event) => setReason(event.target.value)} />
      </Field>
    </FormDialog>
  )
}
