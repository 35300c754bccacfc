import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import { changeClientSchema } from '@/server/clients/schema'
import { TimeZoneField } from '../../_components/time-zone-field'
import type { ClientPage } from './client-view'

/** Another name, another zone. The address of the client stays, so that links keep working. */
export function ChangeClientDialog({ page: { client }, onClose }: { page: ClientPage; onClose: () => void }) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [values, setValues] = useState({ name: client.name, timeZone: client.timeZone })
  const [errors, setErrors] = useState<Record<string, string>>({})
  const change = useMutation(
    trpc.clients.change.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries()
        showToast({ title: `${values.name.trim()} was changed` })
        onClose()
      },
    }),
  )
  const submit = () => {
    if (change.isPending) return
    const parsed = changeClientSchema.safeParse({ clientId: client.id, ...values })
    setErrors(
      parsed.success
        ? {}
        : Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), `${issue.message}.`])),
    )
    if (parsed.success) change.mutate(parsed.data)
  }
  return (
    <FormDialog
      onClose={onClose}
      title={`Name and time zone of ${client.name}`}
      description="Links to this client keep working. Windows open in each device’s own zone, whatever this says."
      verb="Save"
      isPending={change.isPending}
      onSubmit={submit}
      error={change.error && `Not saved: ${change.error.message}`}
    >
      <Field label="Name" error={errors.name}>
        <Input
          value={values.name}
          maxLength={100}
          autoComplete="off"
          onChange={(event) => setValues({ ...values, name: event.target.value })}
        />
      </Field>
      <TimeZoneField
        value={values.timeZone}
        error={errors.timeZone}
        onChange={(timeZone) => setValues({ ...values, timeZone })}
      />
    </FormDialog>
  )
}
