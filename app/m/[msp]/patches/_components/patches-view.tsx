'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { FilterBar } from '@/components/filter-bar'
import { formatCount, plural } from '@/components/format'
import { PageHeader } from '@/components/page-header'
import { ButtonLink } from '@/components/ui/button-link'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import type { Outputs } from '@/server/api/root'
import type { ListPatches, PatchFilter } from '@/server/patches/schema'
import { paths } from '@/server/paths'
import { DownloadCsv } from '../../_components/download-csv'
import { PatchesFilters } from './patches-filters'
import { patchesHref } from './patches-search'
import { PatchesTable } from './patches-table'

const tabs: { filter: PatchFilter; label: string }[] = [
  { filter: 'wants', label: 'Wants an approval' },
  { filter: 'approved', label: 'Approved' },
  { filter: 'held', label: 'Held' },
  { filter: 'rejected', label: 'Rejected or deferred' },
  { filter: 'past-due', label: 'Past due' },
  { filter: 'all', label: 'All missing' },
  { filter: 'past', label: 'No longer missing' },
]

/** What the devices lack, and which of it wants a person's word. */
export function PatchesView({ input }: { input: ListPatches }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const { data } = useSuspenseQuery(trpc.patches.list.queryOptions(input))
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const isNarrowed = Boolean(input.search || input.classification)
  if (!data.hasAny && !isNarrowed) return <NothingYet msp={slug} />
  const filters = { search: input.search, classification: input.classification }
  return (
    <>
      <PageHeader
        title={titleOf(data.counts, isNarrowed)}
        lead={leadOf(data.counts)}
        actions={<DownloadCsv list="patches" />}
      />
      <section aria-label="Patches" className="flex flex-col gap-3">
        <FilterBar
          label="Which patches"
          tabs={tabs.map(({ filter, label }) => ({
            label,
            count: filter === 'past' ? undefined : formatCount(data.counts[filter]),
            href: patchesHref(slug, { ...filters, filter }),
            isCurrent: data.filter === filter,
          }))}
        >
          <PatchesFilters key={input.search} input={{ ...input, filter: data.filter }} />
        </FilterBar>
        {data.rows.length === 0 ? (
          <NoneFits msp={slug} filter={data.filter} isNarrowed={isNarrowed} total={data.counts.all} />
        ) : (
          <>
            <p className="text-detail text-text-3">Order: newest first by the maker’s date, else by first sight here</p>
            <PatchesTable
              patches={data.rows}
              now={data.asOf}
              timeZone={session.timeZone}
              isPast={data.filter === 'past'}
            />
          </>
        )}
        {data.rows.length > 0 ? (
          <Pagination
            summary={`${plural(data.rows.length, 'patch', 'patches')} in view`}
            newerHref={data.newer ? patchesHref(slug, { ...filters, filter: data.filter, before: data.newer }) : null}
            olderHref={data.older ? patchesHref(slug, { ...filters, filter: data.filter, after: data.older }) : null}
            newerLabel="Newer"
            olderLabel="Older"
          />
        ) : null}
      </section>
    </>
  )
}

type Counts = Outputs['patches']['list']['counts']

function titleOf(counts: Counts, isNarrowed: boolean): string {
  const those = isNarrowed ? 'of these patches ' : ''
  if (counts.wants === 0) return isNarrowed ? 'None of these patches wants an approval' : 'No patch wants an approval'
  if (those) return `${formatCount(counts.wants)} ${those}${counts.wants === 1 ? 'wants' : 'want'} an approval`
  return counts.wants === 1 ? '1 patch wants an approval' : `${formatCount(counts.wants)} patches want an approval`
}

function leadOf(counts: Counts): string {
  const parts = [
    `${plural(counts.all, 'patch is', 'patches are')} missing somewhere`,
    `${formatCount(counts.approved)} approved`,
    ...(counts.held > 0 ? [`${formatCount(counts.held)} held`] : []),
  ]
  return `${parts.join(', ')}.`
}

function NothingYet({ msp }: { msp: string }) {
  return (
    <EmptyState
      level={1}
      title="No device has reported a missing patch yet"
      lead="Patches come from the devices themselves: each tells what it lacks after its first scan, a minute or so after it is enrolled."
      steps={[
        { title: 'Enrol a device', text: 'One command on the machine; the token is good for a day.' },
        { title: 'It scans', text: 'What is installed, what is missing, and how each could be taken back.' },
        { title: 'You decide', text: 'Here, for one, some or all clients at once, or a rule of the policy decides.' },
      ]}
    >
      <ButtonLink href={paths.enrolment(msp)} variant="primary">
        Enrol a device
      </ButtonLink>
    </EmptyState>
  )
}

type NoneFitsProps = { msp: string; filter: PatchFilter; isNarrowed: boolean; total: number }

const noneWords: Record<PatchFilter, { title: string; lead: string }> = {
  wants: {
    title: 'Nothing wants an approval',
    lead: 'Everything that is missing is decided, by a person or by a rule of the policy.',
  },
  approved: {
    title: 'Nothing is approved',
    lead: 'What is approved and still missing stands here until it is installed.',
  },
  held: {
    title: 'Nothing is held',
    lead: 'A failed gate, the breaker or a person holds a patch; then it stands here.',
  },
  rejected: { title: 'Nothing is rejected or deferred', lead: 'What a person rejected or put off stands here.' },
  'past-due': {
    title: 'No patch is past due',
    lead: 'A patch whose date is over at a client that still lacks it stands here.',
  },
  all: { title: 'Nothing is missing', lead: 'No device you may see lacks a patch.' },
  past: {
    title: 'Nothing was missing before',
    lead: 'A patch comes here when the last device has it, or no longer needs it.',
  },
}

function NoneFits({ msp, filter, isNarrowed, total }: NoneFitsProps) {
  if (isNarrowed)
    return (
      <EmptyState level={2} title="No patch fits" lead="No patch in this tab has this name and classification.">
        <ButtonLink href={patchesHref(msp, { filter })}>Clear the search</ButtonLink>
      </EmptyState>
    )
  return (
    <EmptyState level={2} {...noneWords[filter]}>
      {filter !== 'all' && total > 0 ? (
        <ButtonLink href={patchesHref(msp, { filter: 'all' })}>See all {formatCount(total)} missing</ButtonLink>
      ) : null}
    </EmptyState>
  )
}
