import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { ConfirmCount } from '@/components/confirm-count'
import { pluralWord } from '@/components/format'
import { useToast } from '@/components/ui/toast'
import { reasonLength } from '@/server/audit/rules'
import { proposedWords } from '../../_components/proposed-words'
import { type HoldLine, scopeWords } from './hold-words'

/** Lifts one hold, with a reason. Give it the key of the hold, so that another one begins empty. */
export function LiftDialog({ hold, onClose }: { hold: HoldLine | null; onClose: () => void }) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const name = hold ? `${hold.patch.name} ${hold.patch.version}` : ''
  const scope = hold?.client ? scopeWords(hold) : 'all clients'
  const count = hold?.devices ?? 0
  const lift = useMutation(
    trpc.holds.lift.mutationOptions({
      onSuccess: async (answer) => {
        onClose()
        const lifted = {
          title: `Hold of ${name} lifted`,
          detail: 'Where it is approved, the next planning may take it up.',
        }
        showToast(proposedWords(answer) ?? lifted)
        await queryClient.invalidateQueries()
      },
    }),
  )
  return (
    <ConfirmCount
      isOpen={hold !== null}
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      over={`Lift the hold of ${name} for ${scope}`}
      count={count}
      one="device"
      many="devices"
      what={`${pluralWord(count, 'device that lacks', 'devices that lack')} ${name} may get it again`}
      facts={[
        ...(hold ? [{ label: 'Held because', value: hold.reason }] : []),
        { label: 'Where approved', value: 'It may be planned again.' },
        { label: 'Where it failed', value: 'It is tried again only by hand.' },
      ]}
      reason={{ label: 'Reason', hint: 'It stands in the audit log.', ...reasonLength }}
      verb="Lift for"
      pendingWord="Lifting…"
      isPending={lift.isPending}
      error={lift.error ? `Not lifted: ${lift.error.message}` : undefined}
      onConfirm={({ reason }) => (hold ? lift.mutate({ holdId: hold.id, reason }) : undefined)}
    />
  )
}
