import { useMutation } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { formatTime, plural } from '@/components/format'
import { NeedsYouRow } from '@/components/needs-you-row'
import { Button } from '@/components/ui/button'
import { askedWords, lineWords, type OpenProposal } from './proposal-words'
import { useProposalVerb } from './use-proposal-verb'

type OpenRowProps = {
  proposal: OpenProposal
  timeZone: string
  isFirst: boolean
  onReview: () => void
  onReject: () => void
}

/** One that waits: what, by whom and why, and the one button that its reader has; who cannot confirm it may still reject it. */
export function OpenRow({ proposal, timeZone, isFirst, onReview, onReject }: OpenRowProps) {
  const { may } = proposal
  return (
    <NeedsYouRow
      mark="second-person"
      sentence={lineWords(proposal)}
      evidence={askedWords(proposal, timeZone)}
      reach={`ends ${formatTime(proposal.expiresAt, timeZone)}`}
      reachTone="warn"
      action={
        may.withdraw.can ? (
          <Withdraw proposal={proposal} />
        ) : (
          <>
            <Button
              variant={isFirst ? 'primary' : 'secondary'}
              disabledReason={may.confirm.can ? null : may.confirm.reason}
              onClick={onReview}
            >
              Review {plural(proposal.devices, 'device', 'devices')}
            </Button>
            {!may.confirm.can && may.reject.can ? <Button onClick={onReject}>Reject…</Button> : null}
          </>
        )
      }
    />
  )
}

function Withdraw({ proposal }: { proposal: OpenProposal }) {
  const onDone = useProposalVerb(() => {})
  const withdraw = useMutation(
    useTrpc().proposals.withdraw.mutationOptions(onDone('Withdrawn', 'Nothing of it was done.')),
  )
  return (
    <>
      <Button isPending={withdraw.isPending} onClick={() => withdraw.mutate({ proposalId: proposal.id })}>
        Withdraw
      </Button>
      {withdraw.error ? (
        <p role="alert" className="pt-1 text-detail text-fail">
          Not withdrawn: {withdraw.error.message}
        </p>
      ) : null}
    </>
  )
}
