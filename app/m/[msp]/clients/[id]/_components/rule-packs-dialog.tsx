import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { formatList } from '@/components/format'
import { Checkbox } from '@/components/ui/checkbox'
import { useToast } from '@/components/ui/toast'
import { isShortReason, ReasonField } from '../../../_components/reason-field'
import type { ClientPage } from './client-view'

/** Which rule packs the client is held to: of each its source, and what it asks, in a sentence. */
export function RulePacksDialog({ page: { client, dueDates }, onClose }: { page: ClientPage; onClose: () => void }) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [chosen, setChosen] = useState<readonly string[]>(
    dueDates.packs.filter((pack) => pack.inForce).map((pack) => pack.id),
  )
  const [reason, setReason] = useState('')
  const [hasTried, setHasTried] = useState(false)
  const gone = dueDates.packs.filter((pack) => pack.inForce && !chosen.includes(pack.id))
  const set = useMutation(
    trpc.clients.setRulePacks.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries()
        showToast({ title: 'Rule packs saved', detail: 'The due dates follow in a few seconds.' })
        onClose()
      },
    }),
  )
  const submit = () => {
    setHasTried(true)
    if (set.isPending || (gone.length > 0 && isShortReason(reason))) return
    set.mutate({ clientId: client.id, packIds: [...chosen], reason: gone.length > 0 ? reason.trim() : '' })
  }
  return (
    <FormDialog
      onClose={onClose}
      title={`Rule packs of ${client.name}`}
      description="Of all that ask, the earliest date counts. The due days of the policy ask too, whatever is chosen here."
      verb="Save"
      isPending={set.isPending}
      onSubmit={submit}
      error={set.error && `Not saved: ${set.error.message}`}
    >
      <ul className="flex flex-col gap-4">
        {dueDates.packs.map((pack) => (
          <li key={pack.id}>
            <Checkbox
              label={`${pack.title} (${pack.version})`}
              isChecked={chosen.includes(pack.id)}
              onChange={(isChosen) =>
                setChosen(isChosen ? [...chosen, pack.id] : chosen.filter((id) => id !== pack.id))
              }
            />
            <p className="pl-6 text-body text-text-2">{pack.rules.join(' ')}</p>
            <p className="pl-6 text-detail text-text-3">
              {pack.source.document}, {pack.source.section}, {pack.source.date}. Counted from {pack.clockStart}.
              {pack.unknown && chosen.includes(pack.id) ? <span className="block">{pack.unknown}</span> : null}
            </p>
          </li>
        ))}
      </ul>
      {gone.length > 0 ? (
        <ReasonField
          hint={`Why ${formatList(gone.map((pack) => pack.title))} no longer ${gone.length === 1 ? 'asks' : 'ask'} here. It stands in the audit log.`}
          value={reason}
          hasTried={hasTried}
          onChange={setReason}
        />
      ) : null}
    </FormDialog>
  )
}
