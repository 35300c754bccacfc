import { DataTable } from '@/components/data-table'
import { formatCount, formatFullDateTime, plural } from '@/components/format'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import { type EndedProposal, endWords } from './proposal-words'

type EndedTableProps = { proposals: readonly EndedProposal[]; now: Date; timeZone: string }

/** The last ones that ended: what was asked, by whom, and how it ended. */
export function EndedTable({ proposals, now, timeZone }: EndedTableProps) {
  const columns: Column<EndedProposal>[] = [
    {
      key: 'mark',
      head: 'State',
      isHeadHidden: true,
      width: '16px',
      narrow: 'mark',
      cell: ({ state }) => (
        <StatusMark
          state={state === 'confirmed' ? 'approved' : 'not-applicable'}
          label={state === 'confirmed' ? 'Confirmed' : 'Not done'}
        />
      ),
    },
    {
      key: 'what',
      head: 'What was asked',
      isKey: true,
      narrow: 'title',
      cell: ({ deviceCount, title, reach }) =>
        `${plural(deviceCount, 'device', 'devices')} at ${plural(reach.length, 'client', 'clients')} ${title}`,
    },
    { key: 'who', head: 'Asked by', width: '16%', cell: ({ proposedByName }) => proposedByName },
    { key: 'end', head: 'How it ended', width: '30%', narrow: 'detail', cell: endWords },
    {
      key: 'devices',
      head: 'Devices',
      align: 'right',
      width: '80px',
      cell: ({ deviceCount }) => formatCount(deviceCount),
    },
    {
      key: 'when',
      head: 'When',
      width: '130px',
      className: 'whitespace-nowrap',
      cell: ({ decidedAt, expiresAt }) => {
        const at = decidedAt ?? expiresAt
        return <time dateTime={at.toISOString()}>{formatFullDateTime(at, timeZone, now)}</time>
      },
    },
  ]
  return (
    <DataTable
      caption="Proposals that ended, newest first"
      columns={columns}
      rows={proposals}
      rowKey={(proposal) => proposal.id}
      lines={2}
    />
  )
}
