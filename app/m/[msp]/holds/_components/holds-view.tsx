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
import type { ListHolds } from '@/server/holds/schema'
import { paths } from '@/server/paths'
import { DownloadCsv } from '../../_components/download-csv'
import type { HoldLine } from './hold-words'
import { HoldsTable } from './holds-table'
import { LiftDialog } from './lift-dialog'

const everyone = 'all'

/** What nobody may get, who or what stopped it, and what lifts it. */
export function HoldsView({ input }: { input: ListHolds }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const router = useRouter()
  const { data } = useSuspenseQuery(trpc.holds.list.queryOptions(input))
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const [lifting, setLifting] = useState<HoldLine | null>(null)
  const client = session.clients.find((one) => one.id === input.clientId)
  const timeZone = client?.timeZone ?? session.timeZone
  const href = (state: ListHolds['state'], after?: string) =>
    paths.holds(slug, { state, client: input.clientId, after })
  const isBare = data.counts.standing + data.counts.lifted === 0 && !input.clientId
  if (isBare) return <NoHolds msp={slug} />
  return (
    <>
      <PageHeader
        title={
          data.counts.standing === 0 ? 'No patch is held' : plural(data.counts.standing, 'hold stands', 'holds stand')
        }
        lead={`Nobody in its scope gets a held patch until a person lifts the hold. Times are ${timeZone}.`}
        actions={<DownloadCsv list="holds" />}
      />
      <section aria-label="Holds" className="flex flex-col gap-3">
        <FilterBar
          label="Which holds"
          tabs={[
            {
              label: 'Standing',
              count: formatCount(data.counts.standing),
              href: href('standing'),
              isCurrent: input.state === 'standing',
            },
            {
              label: 'Lifted',
              count: formatCount(data.counts.lifted),
              href: href('lifted'),
              isCurrent: input.state === 'lifted',
            },
          ]}
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
                router.push(paths.holds(slug, { state: input.state, client: value === everyone ? undefined : value }))
              }
            />
          ) : null}
        </FilterBar>
        {data.rows.length === 0 ? (
          <EmptyState
            level={2}
            title={input.state === 'standing' ? 'No hold stands here' : 'No hold was lifted here'}
            lead={
              input.state === 'standing'
                ? 'A failed gate, the breaker or a person sets one; then it stands here.'
                : 'Lifted holds stay here with who lifted them and why.'
            }
          />
        ) : (
          <>
            <p className="text-detail text-text-3">Order: newest first</p>
            <HoldsTable holds={data.rows} state={input.state} now={data.asOf} timeZone={timeZone} onLift={setLifting} />
          </>
        )}
        {data.rows.length > 0 ? (
          <Pagination
            summary={`${plural(data.rows.length, 'hold', 'holds')} in view`}
            newerHref={input.after ? href(input.state) : null}
            olderHref={data.next ? href(input.state, data.next) : null}
            newerLabel="First page"
            olderLabel="Older"
          />
        ) : null}
      </section>
      <LiftDialog key={lifting?.id ?? 'none'} hold={lifting} onClose={() => setLifting(null)} />
    </>
  )
}

function NoHolds({ msp }: { msp: string }) {
  return (
    <EmptyState
      level={1}
      title="No patch is held at your clients"
      lead="A hold keeps one patch away from everybody in its scope until a person lifts it."
      stepsTitle="How a patch comes to be held"
      steps={[
        {
          title: 'A gate sets one',
          text: 'When a patch fails its ring, for that client, and takes it back where it went in.',
        },
        { title: 'The breaker sets one', text: 'When one patch failed on several devices, for all clients.' },
        { title: 'A person sets one', text: 'On the page of the patch, for one, some or all clients.' },
      ]}
    >
      <ButtonLink href={paths.patches(msp)}>Go to the patches</ButtonLink>
    </EmptyState>
  )
}
