'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { FilterBar } from '@/components/filter-bar'
import { formatCount, plural } from '@/components/format'
import { Link } from '@/components/link'
import { PageHeader } from '@/components/page-header'
import { ButtonLink } from '@/components/ui/button-link'
import { EmptyState } from '@/components/ui/empty-state'
import { SearchField } from '@/components/ui/search-field'
import type { Outputs } from '@/server/api/root'
import { type ClientFilter, clientFilters, clientFits, isNamed } from '@/server/clients/rules'
import type { ClientsQuery } from '@/server/clients/schema'
import { paths } from '@/server/paths'
import { clientOrder } from '../../_components/client-columns'
import { DownloadCsv } from '../../_components/download-csv'
import { AddClient } from './add-client'
import { clientsHref } from './clients-search'
import { ClientsTable } from './clients-table'

export type ClientRow = Outputs['clients']['list']['rows'][number]

const refetchMs = 60_000
const words: Record<ClientFilter, string> = {
  all: 'All',
  'needs-you': 'Needs you',
  'in-flight': 'In flight',
  'own-policy': 'Own policy',
  'no-devices': 'No devices',
}
/** Which client is worst, and why: all clients by risk. `isAdding`: with the dialog that adds one (first task of the overview). */
export function ClientsView({ query, isAdding }: { query: ClientsQuery; isAdding: boolean }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const { data } = useSuspenseQuery({ ...trpc.clients.list.queryOptions(), refetchInterval: refetchMs })
  const { rows, mayCreate, asOf } = data
  if (rows.length === 0) return <NoClients mayCreate={mayCreate} isAdding={isAdding} />
  const named = rows.filter((row) => isNamed(row, query.search))
  const shown = named.filter(clientFits[query.filter])
  const needing = rows.filter(clientFits['needs-you']).length
  const bare = rows.filter((row) => clientFits['no-devices'](row) && !row.risk.needsPerson).length
  return (
    <>
      <PageHeader
        title={plural(rows.length, 'client', 'clients')}
        lead={leadOf(needing, bare, rows.length)}
        actions={
          <>
            <DownloadCsv list="clients" />
            {mayCreate ? <AddClient isOpenAtFirst={isAdding} /> : null}
          </>
        }
      />
      <section aria-label="Clients" className="flex flex-col gap-2">
        <FilterBar
          label="Which clients"
          tabs={clientFilters.map((filter) => ({
            label: words[filter],
            count: formatCount(named.filter(clientFits[filter]).length),
            href: clientsHref(slug, { filter, search: query.search }),
            isCurrent: filter === query.filter,
          }))}
        >
          <form className="w-[220px] max-wide:w-full">
            {query.filter === 'all' ? null : <input type="hidden" name="filter" value={query.filter} />}
            <SearchField label="Filter by name" name="search" defaultValue={query.search} maxLength={100} />
          </form>
        </FilterBar>
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 text-detail text-text-3">
          <p>{clientOrder}. Times in each client’s own zone.</p>
          <p className="flex gap-4">
            <Link className="link reach" href={paths.clientGroups(slug)}>
              Groups of clients
            </Link>
            <Link className="link reach" href={paths.archivedClients(slug)}>
              Archived clients
            </Link>
          </p>
        </div>
        {shown.length === 0 ? (
          <EmptyState
            title={query.search ? `No client here is named “${query.search}”` : `No client in “${words[query.filter]}”`}
            lead={`${plural(rows.length, 'client is', 'clients are')} there in all.`}
          >
            <ButtonLink href={clientsHref(slug, { filter: 'all', search: '' })}>Show all clients</ButtonLink>
          </EmptyState>
        ) : (
          <ClientsTable rows={shown} asOf={asOf} />
        )}
      </section>
    </>
  )
}

/** Who needs a person, who has nothing to run yet, and how many run by themselves; zeros are left out. */
function leadOf(needing: number, bare: number, all: number): string {
  const rest = all - needing - bare
  if (rest === all) return all === 1 ? 'It runs by itself.' : 'All run by themselves.'
  const told = (count: number, one: string, many: string) => (count > 0 ? [plural(count, one, many)] : [])
  const parts = [
    ...told(needing, 'needs you', 'need you'),
    ...told(bare, 'has no device yet', 'have no device yet'),
    ...told(rest, 'runs by itself', 'run by themselves'),
  ]
  return `${parts.join(', ')}.`
}

function NoClients({ mayCreate, isAdding }: { mayCreate: boolean; isAdding: boolean }) {
  return (
    <EmptyState
      level={1}
      title={mayCreate ? 'No clients yet' : 'No client is given to you yet'}
      lead={
        mayCreate
          ? 'A client is a company whose computers you keep patched. Name it and say in which time zone it works.'
          : 'An owner of this MSP gives technicians the clients they look after.'
      }
      steps={
        mayCreate
          ? [
              { title: 'Add the client', text: 'It follows your standard policy at once.' },
              { title: 'Enrol its devices', text: 'One command on each machine; the token is good for a day.' },
              { title: 'Choose a test device', text: 'Every rollout starts there, and nowhere else.' },
            ]
          : undefined
      }
    >
      {mayCreate ? <AddClient isOpenAtFirst={isAdding} /> : null}
    </EmptyState>
  )
}
