import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { formatMonth } from '@/components/format'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import { useToast } from '@/components/ui/toast'
import { reasonLength, shortReason } from '@/server/audit/rules'

type RecountDialogProps = { client: { id: string; name: string }; month: string; onClose: () => void }

/** Has a month counted again: a new revision, which names this reason wherever it is read. */
export function RecountDialog({ client, month, onClose }: RecountDialogProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [reason, setReason] = useState('')
  const [error, setError] = useState<string>()
  const correct = useMutation(
    trpc.reports.correct.mutationOptions({
      async onSuccess() {
        onClose()
        showToast({ title: 'It is being counted again', detail: 'The new revision stands beside the old one.' })
        await queryClient.invalidateQueries()
      },
    }),
  )
  return (
    <FormDialog
      onClose={onClose}
      over={client.name}
      title={`Count ${formatMonth(month)} again`}
      description="The revision that is there stays readable. The new one says what it replaces and why, and is sent like a first."
      verb="Count again"
      isPending={correct.isPending}
      error={correct.error?.message}
      onSubmit={() => {
        const isShort = reason.trim().length < reasonLength.minLength
        setError(isShort ? shortReason : undefined)
        if (!isShort && !correct.isPending) correct.mutate({ clientId: client.id, month, reason })
      }}
    >
      <Field label="Reason" hint="The client reads it." error={error}>
        <Textarea
          value={reason}
          maxLength={reasonLength.maxLength}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
    </FormDialog>
  )
}
