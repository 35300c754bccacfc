import { Hand } from 'lucide-react'
import { useState } from 'react'
import { plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { ApproveDialog } from './approve-dialog'
import { closedReasons, type Verb } from './decision-reasons'
import type { Choice, PatchData } from './patch-types'
import { StopDialog } from './stop-dialog'

export const decisionReasonId = 'decision-reason'
export interface DecisionProps {
  data: PatchData
  choice: Choice
  timeZone: string
}

/** The four answers; each opens its question first. */
export function Decisions({ data, choice, timeZone }: DecisionProps) {
  const [asked, setAsked] = useState<Verb | null>(null)
  const closed = closedReasons(data, choice)
  const button = (verb: Verb) => ({
    onClick: () => setAsked(verb),
    disabledReason: closed[verb],
    reasonPlacement: 'none' as const,
    reasonId: decisionReasonId,
  })
  const dialog = { data, choice, timeZone, onClose: () => setAsked(null) }
  return (
    <>
      <Button {...button('reject')}>Reject…</Button>
      <Button {...button('defer')}>Defer…</Button>
      <Button {...button('hold')} icon={<Hand size={14} aria-hidden />}>
        Hold…
      </Button>
      <Button {...button('approve')} variant="primary">
        {approveLabel(choice)}
      </Button>
      <ApproveDialog {...dialog} isOpen={asked === 'approve'} onReject={() => setAsked('reject')} />
      <StopDialog {...dialog} key={asked ?? 'none'} verb={asked === null || asked === 'approve' ? null : asked} />
    </>
  )
}

function approveLabel({ run, clients }: Choice): string {
  if (clients.length === 0) return 'Approve…'
  return run.devices > 0
    ? `Approve for ${plural(run.devices, 'device', 'devices')}…`
    : `Approve at ${plural(clients.length, 'client', 'clients')}…`
}
