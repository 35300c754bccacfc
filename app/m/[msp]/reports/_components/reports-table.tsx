import { useMsp } from '@/app/_trpc/client'
import { CountCell, DataTable, NotThere } from '@/components/data-table'
import { formatCount, formatFullDateTime, formatMonth, formatShare } from '@/components/format'
import type { Column } from '@/components/table-style'
import { Checkbox } from '@/components/ui/checkbox'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { deliveryWords } from './delivery-words'

type ReportLine = Outputs['reports']['list']['rows'][number]

type Choice = { chosen: ReadonlySet<string>; onChoose: (chosen: ReadonlySet<string>) => void }
type ReportsTableProps = Choice & { reports: readonly ReportLine[]; month: string; now: Date }

/** One page of a month's reports; a row leads to the report, its box chooses it to be sent. */
export function ReportsTable({ reports, month, now, chosen, onChoose }: ReportsTableProps) {
  const { slug } = useMsp()
  const hasUnsent = reports.some(({ delivery }) => !delivery)
  return (
    <DataTable
      caption={`Reports of ${formatMonth(month)} by client`}
      columns={[...(hasUnsent ? [choice({ chosen, onChoose })] : []), ...columns(now)]}
      isSelected={({ id }) => chosen.has(id)}
      rows={reports}
      rowKey={(report) => report.id}
      rowHref={(report) => paths.report(slug, report.id)}
    />
  )
}

/** What was sent goes no second time from here, so it has no box. */
const choice = ({ chosen, onChoose }: Choice): Column<ReportLine> => ({
  ...{ key: 'choice', head: 'Choose', isHeadHidden: true, width: '28px', narrow: 'mark' },
  cell: ({ id, client, delivery }) =>
    delivery ? (
      <span aria-hidden className="block w-4" />
    ) : (
      <Checkbox
        // Above the link of the row, which covers it.
        className="relative z-[1]"
        ariaLabel={`Choose ${client.name}`}
        isChecked={chosen.has(id)}
        onChange={() => onChoose(chosen.symmetricDifference(new Set([id])))}
      />
    ),
})

const counted = (key: keyof ReportLine['computers'], head: string, width: string): Column<ReportLine> => ({
  key,
  head,
  align: 'right',
  width,
  cell: ({ computers }) => <CountCell count={formatCount(computers[key])} />,
})

const columns = (now: Date): Column<ReportLine>[] => [
  {
    key: 'client',
    head: 'Client',
    isKey: true,
    narrow: 'title',
    cell: ({ client, revision }) => (
      <>
        {client.name}
        {revision > 1 ? <span className="pl-2 font-normal text-text-3">revision {revision}</span> : null}
      </>
    ),
  },
  {
    key: 'share',
    head: 'Protected',
    align: 'right',
    width: '80px',
    narrow: 'trailing',
    cell: ({ computers }) =>
      computers.all === 0 ? <NotThere label="no computer" /> : formatShare(computers.protected / computers.all),
  },
  counted('all', 'Computers', '84px'),
  counted('late', 'Past due', '70px'),
  counted('held', 'Held', '48px'),
  counted('excepted', 'Excepted', '74px'),
  counted('waitForRestart', 'Restart', '62px'),
  counted('noData', 'No data', '66px'),
  {
    key: 'installed',
    head: 'Installed',
    align: 'right',
    width: '74px',
    cell: (report) => <CountCell count={formatCount(report.installed)} />,
  },
  {
    key: 'takenBack',
    head: 'Taken back',
    align: 'right',
    width: '84px',
    narrow: 'detail',
    cell: ({ takenBack, computers }) => (
      <>
        <span className="wide:hidden">
          {formatCount(computers.protected)} of {formatCount(computers.all)} computers, {formatCount(takenBack)} taken
          back
        </span>
        <span className="max-wide:hidden">
          <CountCell count={formatCount(takenBack)} />
        </span>
      </>
    ),
  },
  {
    key: 'delivery',
    head: 'Sent',
    width: '120px',
    className: 'whitespace-nowrap wide:pl-6',
    cell: ({ delivery }) => <span className={delivery ? '' : 'text-text-3'}>{deliveryWords(delivery)}</span>,
  },
  {
    key: 'counted',
    head: 'Counted (UTC)',
    isExtra: true,
    width: '140px',
    className: 'whitespace-nowrap wide:pl-6',
    cell: ({ countedAt }) => (
      <time dateTime={countedAt.toISOString()}>{formatFullDateTime(countedAt, 'UTC', now)}</time>
    ),
  },
]
