'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { FilterBar } from '@/components/filter-bar'
import { formatCount, plural } from '@/components/format'
import { PageHeader } from '@/components/page-header'
import { ButtonLink } from '@/components/ui/button-link'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import type { ListExceptions } from '@/server/exceptions/schema'
import { paths } from '@/server/paths'
import { DownloadCsv } from '../../_components/download-csv'
import { ExceptionDialog } from './exception-dialog'
import { type Asked, ExceptionsTable } from './exceptions-table'

const everyone = 'all'
type State = ListExceptions['state']

const empty: Record<State, { title: string; lead: string }> = {
  waiting: {
    title: 'Nothing waits for an answer',
    lead: 'What one side asks stands here until the other one answers.',
  },
  'in-force': {
    title: 'No exception is in force here',
    lead: 'Once both sides agreed, it stands here until its last day.',
  },
  over: {
    title: 'No exception is over here',
    lead: 'Refused, ended and expired ones stay here with who decided and why.',
  },
}
const order: Record<State, string> = {
  waiting: 'newest first',
  'in-force': 'what ends first is at the top',
  over: 'newest first',
}

/** What stays off on purpose, who answers for it and until when. */
export function ExceptionsView({ input }: { input: ListExceptions }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const router = useRouter()
  const { data } = useSuspenseQuery(trpc.exceptions.list.queryOptions(input))
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const [asked, setAsked] = useState<Asked | null>(null)
  const href = (state: State, after?: string) => paths.exceptions(slug, { state, client: input.clientId, after })
  const { waiting, inForce, over } = data.counts
  if (waiting + inForce + over === 0 && !input.clientId) return <NoExceptions msp={slug} />
  const tab = (state: State, label: string, count: number) => ({
    ...{ label, count: formatCount(count), href: href(state), isCurrent: input.state === state },
  })
  return (
    <>
      <PageHeader
        title={
          inForce === 0 ? 'No exception is in force' : plural(inForce, 'exception in force', 'exceptions in force')
        }
        lead="An excepted patch is not installed and not past due until the last day is over. The device counts as excepted, never as compliant."
        actions={<DownloadCsv list="exceptions" />}
      />
      <section aria-label="Exceptions" className="flex flex-col gap-3">
        <FilterBar
          label="Which exceptions"
          tabs={[tab('in-force', 'In force', inForce), tab('waiting', 'Waiting', waiting), tab('over', 'Over', over)]}
        >
          {session.clients.length > 1 ? (
            <Select
              label="Client"
              className="h-[30px] min-w-44 max-wide:h-11 max-wide:flex-1"
              value={input.clientId ?? everyone}
              options={[
                { value: everyone, label: 'All clients' },
                ...session.clients.map(({ id, name }) => ({ value: id, label: name })),
              ]}
              onChange={(value) =>
                router.push(
                  paths.exceptions(slug, { state: input.state, client: value === everyone ? undefined : value }),
                )
              }
            />
          ) : null}
        </FilterBar>
        {data.rows.length === 0 ? (
          <EmptyState level={2} {...empty[input.state]} />
        ) : (
          <>
            <p className="text-detail text-text-3">Order: {order[input.state]}</p>
            <ExceptionsTable rows={data.rows} now={data.asOf} onAsk={setAsked} />
            <Pagination
              summary={`${plural(data.rows.length, 'exception', 'exceptions')} in view`}
              newerHref={input.after ? href(input.state) : null}
              olderHref={data.next ? href(input.state, data.next) : null}
              newerLabel="First page"
              olderLabel="More"
            />
          </>
        )}
      </section>
      <ExceptionDialog
        key={asked ? `${asked.verb} ${asked.line.id}` : 'none'}
        asked={asked}
        onClose={() => setAsked(null)}
      />
    </>
  )
}

function NoExceptions({ msp }: { msp: string }) {
  return (
    <EmptyState
      level={1}
      title="No exception was asked for yet"
      lead="An exception keeps a patch off on purpose: with a reason, a person who answers for it, a measure and a last day."
      stepsTitle="How a patch comes to be excepted"
      steps={[
        { title: 'You ask', text: 'On the page of the device or of the patch.' },
        { title: 'The client signs it off', text: 'Their client manager answers in the portal.' },
        { title: 'It ends by itself', text: 'After its last day the patch is planned as everywhere else.' },
      ]}
    >
      <ButtonLink href={paths.patches(msp)}>Go to the patches</ButtonLink>
    </EmptyState>
  )
}
