import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import type { Person } from './people-types'

type TransferDialogProps = { person: Person; company: string; onClose: () => void }

/** Gives the company to somebody else: its name is typed, so that nobody does it by the way. */
export function TransferDialog({ person, company, onClose }: TransferDialogProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [text, setText] = useState('')
  const [hasTried, setHasTried] = useState(false)
  const isTyped = text.trim() === company
  const transfer = useMutation(
    trpc.members.transferOwnership.mutationOptions({
      async onSuccess() {
        showToast({ title: `${person.name} owns ${company} now`, detail: 'You are an admin.' })
        onClose()
        await queryClient.invalidateQueries()
      },
    }),
  )
  const submit = () => {
    setHasTried(true)
    if (isTyped && !transfer.isPending) transfer.mutate({ userId: person.userId, companyName: text.trim() })
  }
  return (
    <FormDialog
      onClose={onClose}
      title={`Make ${person.name} owner in your place`}
      description={`They may do everything, give ${company} away and take your role. You become an admin.`}
      verb={`Make ${person.name} owner`}
      isPending={transfer.isPending}
      onSubmit={submit}
    >
      <Field
        label="Name of the company"
        hint={`Type it as it is: ${company}`}
        error={hasTried && !isTyped ? 'That is another name.' : transfer.error?.message}
      >
        <Input value={text} onChange={(event) => setText(event.target.value)} autoComplete="off" />
      </Field>
    </FormDialog>
  )
}
