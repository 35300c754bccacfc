import { useMsp } from '@/app/_trpc/client'
import { DataTable } from '@/components/data-table'
import { formatDate, plural } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import type { Column } from '@/components/table-style'
import { paths } from '@/server/paths'
import type { ClientPage } from './client-view'

type Left = ClientPage['left'][number]

/** Devices that moved to another client: their history of the time here stays here. */
export function LeftSection({ page: { client, left, asOf } }: { page: ClientPage }) {
  const { slug } = useMsp()
  if (left.length === 0) return null
  const day = (at: Date | null) => (at ? formatDate(at, client.timeZone, asOf) : '')
  const columns: Column<Left>[] = [
    {
      key: 'name',
      head: 'Device',
      isKey: true,
      narrow: 'title',
      cell: (one) => <span className="mono">{one.hostName}</span>,
    },
    { key: 'from', head: 'Came', width: '140px', cell: (one) => day(one.arrivedAt) },
    { key: 'left', head: 'Left', width: '140px', narrow: 'detail', cell: (one) => day(one.leftAt) },
  ]
  return (
    <section aria-labelledby="left-head" className="pt-8">
      <SectionHead
        id="left-head"
        title="Moved away"
        count={plural(left.length, 'device', 'devices')}
        aside="What happened here stays here"
        isBare
      />
      <DataTable
        caption={`Devices that left ${client.name}, newest first`}
        columns={columns}
        rows={left}
        rowKey={(one) => one.deviceId}
        rowHref={(one) => paths.leftDevice(slug, client.id, one.deviceId)}
      />
    </section>
  )
}
