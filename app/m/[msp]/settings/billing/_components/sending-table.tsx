import { CountCell, DataTable } from '@/components/data-table'
import { formatCount, formatDateTime } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import type { Column } from '@/components/table-style'
import type { Outputs } from '@/server/api/root'
import { dayName } from './bill-words'

type Row = Outputs['billing']['subscription']['sendings'][number]
type SendingTableProps = { sendings: readonly Row[]; timeZone: string; now: Date }

/** What Stripe was told each night: the number of the month up to that day. The last one of a month is paid for. */
export function SendingTable({ sendings, timeZone, now }: SendingTableProps) {
  const columns: Column<Row>[] = [
    { key: 'day', head: 'Up to', isKey: true, narrow: 'title', cell: ({ day }) => dayName(day) },
    {
      key: 'devices',
      head: 'Devices',
      align: 'right',
      narrow: 'trailing',
      cell: ({ devices }) => <CountCell count={formatCount(devices)} />,
    },
    {
      key: 'sent',
      head: 'Sent',
      align: 'right',
      narrow: 'detail',
      cell: ({ sentAt }) => formatDateTime(sentAt, timeZone, now),
    },
  ]
  return (
    <section aria-labelledby="sendings-head">
      <SectionHead id="sendings-head" title="Sent to Stripe" aside="The newest first" isBare />
      <DataTable caption="Numbers sent to Stripe" columns={columns} rows={sendings} rowKey={(row) => row.day} />
    </section>
  )
}
