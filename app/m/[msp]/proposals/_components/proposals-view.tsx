'use client'
import { useMutation, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { plural } from '@/components/format'
import { PageHeader } from '@/components/page-header'
import { SectionHead } from '@/components/section-head'
import { EmptyState } from '@/components/ui/empty-state'
import { proposalTime } from '@/server/proposals/rules'
import { DownloadCsv } from '../../_components/download-csv'
import { ReasonDialog } from '../../_components/reason-dialog'
import { ConfirmDialog } from './confirm-dialog'
import { EndedTable } from './ended-table'
import { OpenRow } from './open-row'
import { lineWords } from './proposal-words'
import { useProposalVerb } from './use-proposal-verb'

type Asked = { id: string; what: 'confirm' | 'reject' } | null

/** What waits for a second person, what they are asked, and how the last ones ended. */
export function ProposalsView({ openId }: { openId: string | null }) {
  const trpc = useTrpc()
  const { data } = useSuspenseQuery(trpc.proposals.list.queryOptions())
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const [asked, setAsked] = useState<Asked>(openId ? { id: openId, what: 'confirm' } : null)
  const close = () => setAsked(null)
  const reject = useMutation(
    trpc.proposals.reject.mutationOptions(useProposalVerb(close)('Rejected', 'Nothing of it was done.')),
  )
  const current = data.open.find((one) => one.id === asked?.id)
  if (data.open.length + data.ended.length === 0) return <NoProposals />
  const { timeZone } = session
  return (
    <>
      <PageHeader
        title={
          data.open.length === 0
            ? 'Nothing waits for a second person'
            : `${plural(data.open.length, 'proposal waits', 'proposals wait')} for a second person`
        }
        lead={`What reaches more than one client, or very many devices, is done when somebody else confirms it. Times are ${timeZone}.`}
        actions={<DownloadCsv list="proposals" />}
      />
      {data.open.length > 0 ? (
        <section aria-labelledby="open-proposals">
          <SectionHead id="open-proposals" title="Waiting" aside="The first to end comes first" />
          <ul>
            {data.open.map((proposal, place) => (
              <OpenRow
                key={proposal.id}
                proposal={proposal}
                timeZone={timeZone}
                isFirst={place === 0}
                onReview={() => setAsked({ id: proposal.id, what: 'confirm' })}
                onReject={() => setAsked({ id: proposal.id, what: 'reject' })}
              />
            ))}
          </ul>
        </section>
      ) : null}
      {data.ended.length > 0 ? (
        <section aria-labelledby="ended-proposals">
          <SectionHead
            id="ended-proposals"
            title="Ended"
            count="in the last 30 days"
            aside={data.hasMoreEnded ? `The newest ${data.ended.length}; the CSV has all of them` : undefined}
            isBare
          />
          <EndedTable proposals={data.ended} now={data.asOf} timeZone={timeZone} />
        </section>
      ) : null}
      {current?.may.confirm.can ? (
        <ConfirmDialog
          key={current.id}
          proposal={current}
          timeZone={timeZone}
          devicesPerHour={data.devicesPerHour}
          isOpen={asked?.what === 'confirm'}
          onClose={close}
          onReject={() => setAsked({ id: current.id, what: 'reject' })}
        />
      ) : null}
      {current?.may.reject.can ? (
        <ReasonDialog
          key={`reject ${current.id}`}
          isOpen={asked?.what === 'reject'}
          onClose={close}
          title="Reject what was asked"
          description={`${lineWords(current)}. Nothing of it was done, and nothing will be.`}
          verb="Reject it"
          isPending={reject.isPending}
          error={reject.error ? `Not rejected: ${reject.error.message}` : undefined}
          onConfirm={(reason) => reject.mutate({ proposalId: current.id, reason })}
        />
      ) : null}
    </>
  )
}

function NoProposals() {
  return (
    <EmptyState
      level={1}
      title="Nothing waits for a second person"
      lead="What reaches devices of more than one client, or more devices than your company set, is done when a second person confirms it."
      stepsTitle="How that goes"
      steps={[
        { title: 'Somebody asks', text: 'By approving, promoting or answering a gate as always. Nothing is sent yet.' },
        {
          title: 'Another person types the number',
          text: 'An approver, an admin or the owner, having signed in again.',
        },
        {
          title: 'It is done under both names',
          text: `Or ends by itself after ${proposalTime}. The audit log keeps either.`,
        },
      ]}
    />
  )
}
