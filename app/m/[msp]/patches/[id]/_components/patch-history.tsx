import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { formatDate, formatFullDateTime } from '@/components/format'
import type { MarkState } from '@/components/mark-state'
import { SectionHead } from '@/components/section-head'
import { StatusMark } from '@/components/status-mark'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import { proposedWords } from '../../../_components/proposed-words'
import { ReasonDialog } from '../../../_components/reason-dialog'
import type { PatchData, PatchEvent } from './patch-types'

const words: Record<PatchEvent['kind'], { mark: MarkState; word: string }> = {
  approve: { mark: 'approved', word: 'Approved' },
  reject: { mark: 'missing', word: 'Rejected' },
  defer: { mark: 'missing', word: 'Deferred' },
  hold: { mark: 'held', word: 'Held' },
  consent: { mark: 'asking', word: 'Client asked' },
}

/** Every decision and hold of this patch, newest first; standing ones can be taken back here. */
export function PatchHistory({ data, timeZone }: { data: PatchData; timeZone: string }) {
  const [ending, setEnding] = useState<PatchEvent | null>(null)
  return (
    <section>
      <SectionHead
        title="Decisions and holds"
        count={data.history.length > 0 ? String(data.history.length) : undefined}
      />
      {data.history.length === 0 ? (
        <p className="py-4 text-text-3">{isByRule(data) ? byRuleWords : noDecisionWords}</p>
      ) : (
        <ul>
          {data.history.map((event) => (
            <HistoryRow
              key={event.id}
              event={event}
              now={data.asOf}
              timeZone={timeZone}
              onEnd={() => setEnding(event)}
            />
          ))}
        </ul>
      )}
      <EndDialog event={ending} name={`${data.patch.name} ${data.patch.version}`} onClose={() => setEnding(null)} />
    </section>
  )
}

const noDecisionWords = 'Nobody has decided about it yet. A rule of the policy may.'
const byRuleWords = 'No person has decided about it. Where it is approved, a rule of the policy did that.'

const isByRule = ({ clients }: PatchData) =>
  clients.some((client) => client.standing.tallies.some((tally) => tally.state === 'approved'))

type HistoryRowProps = { event: PatchEvent; now: Date; timeZone: string; onEnd: () => void }

function HistoryRow({ event, now, timeZone, onEnd }: HistoryRowProps) {
  const { mark, word } = words[event.kind]
  const scope = `${event.isForOneDevice ? 'one device of ' : ''}${event.clientName ?? 'all clients'}`
  const reasonId = `end-${event.id}`
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 border-line border-b py-2.5">
      <StatusMark state={event.ended ? 'event' : mark} className="mt-0.5" />
      <div className="min-w-0 flex-1">
        <p className="text-text">
          <span className="font-key">{word}</span> for {scope}
          {event.until ? ` until ${formatDate(event.until, timeZone, now)}` : ''}, by {byWords(event)}
        </p>
        <p className="break-words text-detail text-text-3">
          {formatFullDateTime(event.at, timeZone, now)}
          {event.reason ? ` · ${event.reason}` : ''}
          {event.answer ? ` · ${answerWords(event.answer)} ${formatFullDateTime(event.answer.at, timeZone, now)}` : ''}
          {event.answer?.reason ? `: ${event.answer.reason}` : ''}
          {event.ended ? ` · ${endWords(event)} ${formatFullDateTime(event.ended.at, timeZone, now)}` : ''}
          {event.ended?.reason ? `: ${event.ended.reason}` : ''}
        </p>
      </div>
      {event.ended ? null : (
        <Button
          size="sm"
          onClick={onEnd}
          disabledReason={event.canEnd.can ? undefined : event.canEnd.reason}
          reasonId={reasonId}
        >
          {endVerbs[event.kind]}
        </Button>
      )}
    </li>
  )
}

const byWords = ({ source, by }: PatchEvent) =>
  source === 'breaker' ? 'the breaker' : source === 'gate' ? by.replace(/^Gate/, 'the gate') : by

const answerWords = ({ isYes, by }: NonNullable<PatchEvent['answer']>) => `${isYes ? 'yes' : 'no'} by ${by}`

const endVerbs: Record<PatchEvent['kind'], string> = {
  ...{ approve: 'Withdraw…', reject: 'Withdraw…', defer: 'Withdraw…' },
  hold: 'Lift…',
  consent: 'End the question…',
}

const endWords = ({ kind, ended }: PatchEvent) => {
  const by = ended?.by ? ` by ${ended.by}` : ''
  if (kind === 'hold') return `lifted${by}`
  return kind === 'consent' ? `ended${by}` : 'replaced or withdrawn'
}

type EndDialogProps = { event: PatchEvent | null; name: string; onClose: () => void }

function EndDialog({ event, name, onClose }: EndDialogProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const after = (title: string) => ({
    onSuccess: async (answer: unknown) => {
      onClose()
      showToast(proposedWords(answer) ?? { title })
      await queryClient.invalidateQueries()
    },
  })
  const withdraw = useMutation(trpc.patches.withdrawDecision.mutationOptions(after(`Withdrawn: ${name}`)))
  const lift = useMutation(trpc.holds.lift.mutationOptions(after(`Lifted: ${name}`)))
  const end = useMutation(trpc.consents.end.mutationOptions(after(`Question ended: ${name}`)))
  const scope = event?.clientName ?? 'all clients'
  return (
    <ReasonDialog
      key={event?.id ?? 'none'}
      isOpen={event !== null}
      onClose={onClose}
      {...endingWords(event, name, scope)}
      isPending={withdraw.isPending || lift.isPending || end.isPending}
      error={(withdraw.error ?? lift.error ?? end.error)?.message}
      onConfirm={(reason) => {
        if (!event) return
        if (event.kind === 'hold') lift.mutate({ holdId: event.id, reason })
        else if (event.kind === 'consent') end.mutate({ consentId: event.id, reason })
        else withdraw.mutate({ decisionId: event.id, reason })
      }}
    />
  )
}

/** What the dialog asks, by what is ended. */
function endingWords(event: PatchEvent | null, name: string, scope: string) {
  if (event?.kind === 'hold')
    return {
      title: `Lift the hold of ${name} for ${scope}`,
      description:
        'It may be planned again, where it is approved. What failed on a device is tried again only by hand.',
      verb: 'Lift the hold',
    }
  if (event?.kind === 'consent')
    return {
      title: `End the question to ${scope} about ${name}`,
      description: event.answer?.isYes
        ? 'Their yes stands in the log. Approvals and rules decide as they do now.'
        : 'Approvals and rules decide from now on, without their yes. Your reason stands in the log.',
      verb: 'End the question',
    }
  return {
    title: `Withdraw a decision about ${name} for ${scope}`,
    description: 'Wider decisions and the rules of the policy count again. Rollouts under way keep their plan.',
    verb: 'Withdraw the decision',
  }
}
