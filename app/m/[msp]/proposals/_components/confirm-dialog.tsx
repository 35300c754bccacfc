import { useMutation } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { ConfirmCount } from '@/components/confirm-count'
import { formatCount, formatTime } from '@/components/format'
import { StatusMark } from '@/components/status-mark'
import type { OpenProposal } from './proposal-words'
import { whatWords } from './proposal-words'
import { useProposalVerb } from './use-proposal-verb'

type ConfirmDialogProps = {
  proposal: OpenProposal
  timeZone: string
  devicesPerHour: number
  isOpen: boolean
  onClose: () => void
  onReject: () => void
}

/** What the second person signs: the number, who, why, the cap; they type the number. */
export function ConfirmDialog({ proposal, timeZone, devicesPerHour, isOpen, onClose, onReject }: ConfirmDialogProps) {
  const onDone = useProposalVerb(onClose)
  const confirm = useMutation(
    useTrpc().proposals.confirm.mutationOptions(
      onDone('Confirmed', `Under both names: ${proposal.proposedByName} asked, you confirmed.`),
    ),
  )
  const { devices, lines, shown } = proposal
  return (
    <ConfirmCount
      isOpen={isOpen}
      onOpenChange={(next) => (next ? undefined : onClose())}
      over={
        <span className="flex items-center gap-2">
          <StatusMark state="second-person" size={14} />
          Second person needed, asked by {proposal.proposedByName} at {formatTime(proposal.proposedAt, timeZone)}, ends{' '}
          {formatTime(proposal.expiresAt, timeZone)}
        </span>
      }
      count={devices}
      one="device"
      many="devices"
      what={whatWords(proposal)}
      who={proposal.reach.map((one) => ({ key: one.clientId, count: one.devices, name: one.name }))}
      facts={[
        { label: 'Reason given', value: proposal.reason || 'None' },
        ...(devices === proposal.deviceCount
          ? []
          : [{ label: 'When asked', value: `${formatCount(proposal.deviceCount)} devices` }]),
        {
          label: 'Cap',
          value: `${formatCount(devicesPerHour)} devices an hour; this uses ${formatCount(devices)}`,
        },
      ]}
      isTyped
      verb="Approve for"
      pendingWord="Confirming…"
      isPending={confirm.isPending}
      error={confirm.error ? `Not confirmed: ${confirm.error.message}` : undefined}
      onConfirm={() => confirm.mutate({ proposalId: proposal.id, devices, shown })}
      reject={{ label: 'Reject with a reason…', onReject }}
    >
      {lines.length > 0 ? <ChangedLines lines={lines} /> : null}
    </ConfirmCount>
  )
}

/** What is signed besides the number: every difference, what loosens first. */
function ChangedLines({ lines }: { lines: readonly string[] }) {
  return (
    <section aria-labelledby="proposed-changes">
      <h3 id="proposed-changes" className="font-key text-text">
        What changes
      </h3>
      <ul>
        {lines.map((line) => (
          <li key={line} className="break-words border-line border-b py-1.5 text-text-2 last:border-none">
            {line}
          </li>
        ))}
      </ul>
    </section>
  )
}
