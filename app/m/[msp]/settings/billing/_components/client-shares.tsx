import { CountCell, DataTable } from '@/components/data-table'
import { formatCount, formatMoney, formatShare, pluralWord } from '@/components/format'
import type { Column } from '@/components/table-style'
import { Tag } from '@/components/ui/tag'
import type { Outputs } from '@/server/api/root'

type Row = Outputs['billing']['get']['clients'][number]

type ClientSharesProps = {
  clients: readonly Row[]
  currency: string
  /** Nothing is taken for the month: the amounts are what it would cost. */
  isFree: boolean
  /** Where the days of a client are, as a file. */
  daysHref: (clientId: string) => string
  /** Where the statement of a client is; null while the month is not over. */
  statementHref: ((clientId: string) => string) | null
}

/** What each client has of the month. The amounts add up to the amount of the page. */
export function ClientShares({ clients, currency, isFree, daysHref, statementHref }: ClientSharesProps) {
  // No links of Next's: the browser stays where it is and takes the file.
  const filesOf = ({ clientId, name, hasStatement }: Row) => (
    <span className="inline-flex flex-wrap justify-end gap-x-4">
      {statementHref && hasStatement ? (
        <a href={statementHref(clientId)} download aria-label={`Statement of ${name} as PDF`} className="link reach">
          Statement
        </a>
      ) : null}
      <a href={daysHref(clientId)} download aria-label={`Days of ${name} as CSV`} className="link reach">
        Days
      </a>
    </span>
  )
  const columns: Column<Row>[] = [
    {
      key: 'client',
      head: 'Client',
      isKey: true,
      narrow: 'title',
      cell: ({ name, state }) => (
        <span className="flex flex-wrap items-center gap-2">
          {name}
          {state === 'active' ? null : <Tag>{state === 'archived' ? 'Archived' : 'Erased'}</Tag>}
        </span>
      ),
    },
    {
      key: 'peak',
      head: 'Devices at most',
      align: 'right',
      cell: ({ peak }) => <CountCell count={formatCount(peak)} />,
    },
    {
      key: 'number',
      head: 'Devices that count',
      align: 'right',
      narrow: 'detail',
      cell: ({ number }) => (
        <>
          <CountCell count={formatCount(number)} />
          <span className="wide:hidden">
            {' '}
            {pluralWord(number, 'device counts', 'devices count')}
            {isFree ? ', amount without a trial' : ''}
          </span>
        </>
      ),
    },
    { key: 'share', head: 'Share', align: 'right', cell: ({ share }) => formatShare(share) },
    {
      key: 'amount',
      head: isFree ? 'Without a trial' : 'Amount',
      align: 'right',
      narrow: 'trailing',
      cell: (row) => (
        <>
          {formatMoney(row.cents, currency)}
          <span className="mt-2 block wide:hidden">{filesOf(row)}</span>
        </>
      ),
    },
    {
      key: 'days',
      head: 'Files',
      isHeadHidden: true,
      align: 'right',
      cell: filesOf,
    },
  ]
  return (
    <DataTable
      caption="What each client has of the month"
      columns={columns}
      rows={clients}
      rowKey={(row) => row.clientId}
      empty="No client had a device that counts."
    />
  )
}
