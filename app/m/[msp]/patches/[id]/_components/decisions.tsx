import { useSuspenseQuery } from '@tanstack/react-query'
import { Hand } from 'lucide-react'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { AskConsentDialog } from '../../../_components/ask-consent-dialog'
import { AskExceptionDialog } from '../../../_components/ask-exception-dialog'
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
  const { data: session } = useSuspenseQuery(useTrpc().session.get.queryOptions())
  const [isExcepting, setIsExcepting] = useState(false)
  const [isAsking, setIsAsking] = useState(false)
  // An exception is an agreement with one client, a question is for one.
  const one = choice.clients.length === 1 ? choice.clients[0] : undefined
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
      {data.may.askException.can ? (
        <Button variant="ghost" disabledReason={one ? null : 'Tick one client.'} onClick={() => setIsExcepting(true)}>
          Exception…
        </Button>
      ) : null}
      {data.may.askConsent.can ? (
        <Button variant="ghost" disabledReason={one ? null : 'Tick one client.'} onClick={() => setIsAsking(true)}>
          Ask the client…
        </Button>
      ) : null}
      <Button {...button('reject')}>Reject…</Button>
      <Button {...button('defer')}>Defer…</Button>
      <Button {...button('hold')} icon={<Hand size={14} aria-hidden />}>
        Hold…
      </Button>
      <Button {...button('approve')} variant="primary">
        {approveLabel(choice)}
      </Button>
      <ApproveDialog {...dialog} isOpen={asked === 'approve'} onReject={() => setAsked('reject')} />
      {isAsking && one ? (
        <AskConsentDialog
          patch={data.patch}
          client={{ id: one.clientId, name: one.name }}
          onClose={() => setIsAsking(false)}
        />
      ) : null}
      {isExcepting && one ? (
        <AskExceptionDialog
          isOpen
          onClose={() => setIsExcepting(false)}
          patch={data.patch}
          client={{ id: one.clientId, name: one.name }}
          timeZone={session.clients.find(({ id }) => id === one.clientId)?.timeZone ?? timeZone}
          now={data.asOf}
        />
      ) : null}
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
