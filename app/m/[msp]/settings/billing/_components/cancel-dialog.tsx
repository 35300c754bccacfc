import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FactsList } from '@/components/facts-list'
import { FormDialog } from '@/components/form-dialog'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import type { Outputs } from '@/server/api/root'
import { cancelFacts } from './bill-words'

type CancelDialogProps = {
  ending: Outputs['billing']['subscription']['ifCancelled']
  timeZone: string
  now: Date
}

/** Asks before the subscription ends: when, what goes on, and what does not. */
export function CancelDialog({ ending, timeZone, now }: CancelDialogProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [isOpen, setIsOpen] = useState(false)
  const cancel = useMutation(
    trpc.billing.cancel.mutationOptions({
      async onSuccess() {
        showToast({ title: 'Cancelled', detail: 'Until it ends you can let it go on.' })
        setIsOpen(false)
        await queryClient.invalidateQueries(trpc.billing.subscription.queryFilter())
      },
    }),
  )
  return (
    <FormDialog
      trigger={<Button>Cancel with the month</Button>}
      isOpen={isOpen}
      onOpen={() => {
        cancel.reset()
        setIsOpen(true)
      }}
      onClose={() => setIsOpen(false)}
      title="Cancel the subscription"
      description="It ends with the month. That month is still paid for as it is counted, and no month after it."
      verb="Cancel with the month"
      isPending={cancel.isPending}
      isDanger
      error={cancel.error ? `Not cancelled: ${cancel.error.message}` : undefined}
      onSubmit={() => cancel.mutate()}
    >
      <FactsList facts={cancelFacts(ending, timeZone, now)} isPair />
    </FormDialog>
  )
}
