import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { plural } from '@/components/format'
import { useToast } from '@/components/ui/toast'
import { ReasonDialog } from '../../_components/reason-dialog'
import { type HoldLine, scopeWords } from './hold-words'

/** Lifts one hold, with a reason. */
export function LiftDialog({ hold, onClose }: { hold: HoldLine | null; onClose: () => void }) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const name = hold ? `${hold.patch.name} ${hold.patch.version}` : ''
  const lift = useMutation(
    trpc.holds.lift.mutationOptions({
      onSuccess: async () => {
        onClose()
        showToast({
          title: `Hold of ${name} lifted`,
          detail: 'Where it is approved, the next planning may take it up.',
        })
        await queryClient.invalidateQueries()
      },
    }),
  )
  return (
    <ReasonDialog
      key={hold?.id ?? 'none'}
      isOpen={hold !== null}
      onClose={onClose}
      title={hold ? `Lift the hold of ${name} for ${hold.client ? scopeWords(hold) : 'all clients'}` : ''}
      description={
        hold
          ? `${plural(hold.devices, 'device lacks', 'devices lack')} it. Where it is approved it may be planned again; where it failed, only by hand.`
          : ''
      }
      verb="Lift the hold"
      isPending={lift.isPending}
      error={lift.error ? `Not lifted: ${lift.error.message}` : undefined}
      onConfirm={(reason) => (hold ? lift.mutate({ holdId: hold.id, reason }) : undefined)}
    />
  )
}
