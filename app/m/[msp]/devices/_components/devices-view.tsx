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
import type { ListDevices } from '@/server/devices/schema'
import { type DeviceFilter, deviceFilters, paths } from '@/server/paths'
import { DownloadCsv } from '../../_components/download-csv'
import { DevicesFilters } from './devices-filters'
import { devicesHref } from './devices-href'
import { DevicesTable } from './devices-table'
import { NoDevices } from './no-devices'

type Page = Outputs['devices']['list']

const labels: Record<DeviceFilter, string> = {
  all: 'All',
  missing: 'Missing patches',
  'pending-reboot': 'Pending reboot',
  failed: 'Failed',
  'past-due': 'Past due',
  silent: 'Silent',
  'no-data': 'No data',
}

/** The devices the person may see, by host name; filters and page are in the URL. */
export function DevicesView({ input, deviceUrl }: { input: ListDevices; deviceUrl: string }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const { data } = useSuspenseQuery(trpc.devices.list.queryOptions(input))
  const { client, search, filter } = input
  const clientName = session.clients.find((one) => one.id === client)?.name ?? null
  if (data.counts.all?.count === 0 && !search)
    return <NoDevices clientId={client} clientName={clientName} deviceUrl={deviceUrl} />
  return (
    <>
      <PageHeader
        title={titleOf(data.counts, clientName)}
        lead={leadOf(data.counts)}
        actions={
          <>
            <DownloadCsv list="devices" />
            <ButtonLink href={paths.enrolment(slug, { client })} variant="secondary">
              Enrol a device
            </ButtonLink>
          </>
        }
      />
      <section aria-label="Devices" className="flex flex-col gap-3">
        <FilterBar
          label="Which devices"
          tabs={deviceFilters.map((one) => ({
            label: labels[one],
            count: countWords(data.counts[one]),
            href: devicesHref(slug, { filter: one, client, search }),
            isCurrent: filter === one,
          }))}
        >
          <DevicesFilters key={`${search} ${client}`} input={input} clients={session.clients} />
        </FilterBar>
        {data.rows.length === 0 ? (
          <NoneFits slug={slug} input={input} clientName={clientName} />
        ) : (
          <>
            <p className="text-detail text-text-3">Order: host name</p>
            <DevicesTable devices={data.rows} asOf={data.asOf} />
            <Pagination
              summary={summaryOf(data, filter)}
              newerHref={data.beforeId ? devicesHref(slug, { filter, client, search, before: data.beforeId }) : null}
              olderHref={data.afterId ? devicesHref(slug, { filter, client, search, after: data.afterId }) : null}
            />
          </>
        )}
      </section>
    </>
  )
}

type Counts = Page['counts']
type Count = Counts[DeviceFilter]

const countWords = (count: Count) => (count ? `${formatCount(count.count)}${count.isMore ? '+' : ''}` : undefined)

function titleOf(counts: Counts, clientName: string | null): string {
  const where = clientName ? ` at ${clientName}` : ''
  if (!counts.all) return `Devices${where}`
  if (counts.all.isMore) return `More than ${formatCount(counts.all.count)} devices${where}`
  return `${plural(counts.all.count, 'device', 'devices')}${where}`
}

/** What needs a person, in words; zeros are left out. */
function leadOf(counts: Counts): string | undefined {
  if (counts.all?.count === 0) return undefined
  const told = (count: Count, one: string, many: string) =>
    count && count.count > 0 ? [`${countWords(count)} ${count.count === 1 ? one : many}`] : []
  const parts = [
    ...told(counts.failed, 'has a failed patch', 'have a failed patch'),
    ...told(counts['past-due'], 'is past due', 'are past due'),
    ...told(counts.silent, 'is silent', 'are silent'),
    ...told(counts['no-data'], 'sends no data', 'send no data'),
    ...told(counts['pending-reboot'], 'waits for a reboot', 'wait for a reboot'),
    ...told(counts.missing, 'lacks a patch', 'lack a patch'),
  ]
  return parts.length === 0 ? 'None of them lacks a patch or waits for anything.' : `${parts.join(', ')}.`
}

function summaryOf(page: Page, filter: DeviceFilter): string {
  const total = page.counts[filter]
  const of = total && !total.isMore ? ` of ${formatCount(total.count)}` : ''
  return `${formatCount(page.rows.length)}${of} in view`
}

const noneWords: Record<DeviceFilter, string> = {
  all: 'No device here',
  missing: 'No device lacks a patch',
  'pending-reboot': 'No device waits for a reboot',
  failed: 'No device has a failed patch',
  'past-due': 'No device is past due',
  silent: 'No device is silent',
  'no-data': 'Every device sends data',
}

function NoneFits({ slug, input, clientName }: { slug: string; input: ListDevices; clientName: string | null }) {
  const { filter, client, search } = input
  if (search)
    return (
      <EmptyState
        title={`No host name holds “${search}”`}
        lead="Look in all devices, or search for a part of the name."
      >
        <ButtonLink href={devicesHref(slug, { filter, client })}>Clear the search</ButtonLink>
      </EmptyState>
    )
  return (
    <EmptyState title={`${noneWords[filter]}${clientName ? ` at ${clientName}` : ''}`}>
      <ButtonLink href={devicesHref(slug, { client })}>See all devices</ButtonLink>
    </EmptyState>
  )
}
