'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import { useToast } from '@/components/ui/toast'
import { reasonLength } from '@/server/audit/rules'
import { isShortReason } from './reason-field'

type AskConsentDialogProps = {
  patch: { id: string; name: string; version: string }
  client: { id: string; name: string }
  onClose: () => void
}

/** Asks a client for its yes before a patch goes in there: why, and what happens when, in words for somebody who runs a company. */
export function AskConsentDialog({ patch, client, onClose }: AskConsentDialogProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [reason, setReason] = useState('')
  const [plan, setPlan] = useState('')
  const [hasTried, setHasTried] = useState(false)
  const name = `${patch.name} ${patch.version}`
  const ask = useMutation(
    trpc.consents.ask.mutationOptions({
      onSuccess: async () => {
        onClose()
        showToast({
          title: `Asked ${client.name} about ${name}`,
          detail: 'It stands in their portal, and no rollout takes it up there before they say yes.',
        })
        await queryClient.invalidateQueries()
      },
    }),
  )
  const submit = () => {
    setHasTried(true)
    if (isShortReason(reason) || isShortReason(plan) || ask.isPending) return
    ask.mutate({ clientId: client.id, patchId: patch.id, reason, plan })
  }
  const short = 'Say it in a few words'
  return (
    <FormDialog
      title={`Ask ${client.name} before ${name} goes in`}
      description="From now on it waits there for the yes of a client manager, also where it is approved. Without an answer it goes on waiting."
      verb="Ask"
      isPending={ask.isPending}
      onClose={onClose}
      onSubmit={submit}
      error={ask.error ? `Not asked: ${ask.error.message}` : undefined}
    >
      <Field label="Why it should go in" error={hasTried && isShortReason(reason) ? short : undefined}>
        <Textarea
          rows={2}
          value={reason}
          maxLength={reasonLength.maxLength}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      <Field
        label="What happens when"
        hint="The night, how long, and whether computers restart. The client reads both as you write them."
        error={hasTried && isShortReason(plan) ? short : undefined}
      >
        <Textarea
          rows={2}
          value={plan}
          maxLength={reasonLength.maxLength}
          onChange={(event) => setPlan(event.target.value)}
        />
      </Field>
    </FormDialog>
  )
}
