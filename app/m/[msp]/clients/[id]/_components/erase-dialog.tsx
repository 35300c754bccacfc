import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import { erasureWait } from '@/server/clients/rules'
import { isShortReason, ReasonField } from '../../../_components/reason-field'
import type { ClientPage } from './client-view'

/** Asks for the erasure of a client: what goes, what stays, when; its name is typed. */
export function EraseDialog({ page: { client }, onClose }: { page: ClientPage; onClose: () => void }) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [name, setName] = useState('')
  const [reason, setReason] = useState('')
  const [hasTried, setHasTried] = useState(false)
  const isOther = name.trim() !== client.name
  const isShort = isShortReason(reason)
  const erase = useMutation(
    trpc.clients.erase.mutationOptions({
      onSuccess: async (answer) => {
        await queryClient.invalidateQueries()
        showToast(
          answer.kind === 'proposed'
            ? { title: 'A second person is asked', detail: `The ${erasureWait} begin with their yes.` }
            : { title: `${client.name} will be erased`, detail: `In ${erasureWait}. Until then you may cancel it.` },
        )
        onClose()
      },
    }),
  )
  const submit = () => {
    setHasTried(true)
    if (!isOther && !isShort && !erase.isPending)
      erase.mutate({ clientId: client.id, name: name.trim(), reason: reason.trim() })
  }
  return (
    <FormDialog
      onClose={onClose}
      title={`Erase all that belongs to ${client.name}`}
      description={`After ${erasureWait} its devices, history, reports, policies and rollouts are deleted for good, and its own managers with their accounts. What stays: the audit log of your company, and a proof that it was erased.`}
      verb={erase.isPending ? 'Asking…' : `Erase in ${erasureWait}`}
      isPending={erase.isPending}
      isDanger
      onSubmit={submit}
      error={erase.error && `Not asked for: ${erase.error.message}`}
    >
      <p className="text-body text-text-2">
        Export it first if somebody may still ask for it. A second person confirms, where your company has one.
      </p>
      <ReasonField
        hint="It stands in the proof and in the audit log."
        value={reason}
        hasTried={hasTried}
        onChange={setReason}
      />
      <Field
        label={`Type the name: ${client.name}`}
        error={hasTried && isOther ? `Type ${client.name} to go on.` : undefined}
      >
        <Input value={name} maxLength={100} autoComplete="off" onChange={(event) => setName(event.target.value)} />
      </Field>
    </FormDialog>
  )
}
