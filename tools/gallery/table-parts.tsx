import { CountCell, DataTable, NotThere } from '@/components/data-table'
import { FactsList } from '@/components/facts-list'
import { formatCount } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import { Pagination } from '@/components/ui/pagination'
import { SearchField } from '@/components/ui/search-field'
import { SkeletonRows } from '@/components/ui/skeleton'
import { TabLinks } from '@/components/ui/tabs'
import { VirtualTable } from '@/components/virtual-table'

type Client = {
  name: string
  why: string
  devices: number
  kev: number
  next?: string
  isSelected?: boolean
  isChild?: boolean
}

const clients: readonly Client[] = [
  { name: 'Oakhill Architects', why: '6 past due, 3 silent', devices: 63, kev: 0, next: 'Wed 21:00' },
  {
    name: 'Copperline Joinery',
    why: '5 past a KEV date',
    devices: 1038,
    kev: 5,
    next: 'tonight 22:00',
    isSelected: true,
  },
  { name: 'Workshop', why: 'a site of Copperline', devices: 12, kev: 5, isChild: true },
]

const columns: readonly Column<Client>[] = [
  {
    key: 'mark',
    head: 'State',
    isHeadHidden: true,
    width: '28px',
    narrow: 'mark',
    cell: (row) => (
      <StatusMark state={row.kev > 0 ? 'past-due' : 'installed'} label={row.kev > 0 ? 'Past due' : 'Installed'} />
    ),
  },
  {
    key: 'name',
    head: 'Client',
    isKey: true,
    narrow: 'title',
    sort: { href: '#', direction: 'ascending' },
    cell: (row) => row.name,
  },
  { key: 'why', head: 'Why it stands here', narrow: 'detail', cell: (row) => row.why },
  {
    key: 'devices',
    head: 'Devices',
    align: 'right',
    narrow: 'trailing',
    sort: { href: '#', direction: null },
    cell: (row) => <CountCell count={formatCount(row.devices)} tone="strong" />,
  },
  { key: 'kev', head: 'KEV', align: 'right', cell: (row) => <CountCell count={formatCount(row.kev)} tone="fail" /> },
  { key: 'next', head: 'Next window', cell: (row) => row.next ?? <NotThere /> },
]

const many: readonly Client[] = Array.from({ length: 400 }, (_, index) => ({
  name: `BW-LT-${String(index).padStart(4, '0')}`,
  why: 'read back 00:40',
  devices: index,
  kev: 0,
}))

/** Tables, tabs, pages, facts, skeleton. */
export function TableParts() {
  return (
    <>
      <section>
        <SectionHead
          title="Clients by risk"
          count="12 of 61"
          aside="Order: KEV past due, then share of devices past due"
          isBare
        />
        <div className="flex flex-wrap items-end justify-between gap-4">
          <TabLinks
            label="Filter"
            tabs={[
              { label: 'All', count: '61', href: '#all', isCurrent: true },
              { label: 'Needs you', count: '11', href: '#needs', isCurrent: false },
              { label: 'No devices', count: '1', href: '#none', isCurrent: false },
            ]}
          />
          <div className="w-[200px] pb-1.5">
            <SearchField label="Filter by name" />
          </div>
        </div>
        <DataTable
          caption="Clients by risk"
          columns={columns}
          rows={clients}
          rowKey={(row) => row.name}
          rowHref={(row) => `#${row.name}`}
          isSelected={(row) => row.isSelected === true}
          rowTone={(row) => (row.isChild ? 'child' : undefined)}
        />
        <Pagination summary="3 of 61 in view" olderHref="#older" newerHref="#newer" />
      </section>
      <div className="grid gap-10 [&>*]:min-w-0 min-[1100px]:grid-cols-2">
        <section>
          <SectionHead title="Many rows" isBare />
          <VirtualTable
            caption="Devices"
            columns={columns.slice(0, 4)}
            rows={many}
            rowKey={(row) => row.name}
            heightPx={260}
          />
        </section>
        <section className="flex flex-col gap-6">
          <div>
            <SectionHead title="Facts" className="mb-3" />
            <FactsList
              facts={[
                { label: 'System', value: 'Debian 12' },
                { label: 'Agent', value: '1.14.2', isMono: true },
                { label: 'Reboot pending', value: 'no' },
              ]}
            />
          </div>
          <SkeletonRows count={3} />
        </section>
      </div>
    </>
  )
}
