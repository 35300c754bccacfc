'use client'
import { useMsp } from '@/app/_trpc/client'
import { CountCell, DataTable, NotThere } from '@/components/data-table'
import { formatAge, formatCount, plural } from '@/components/format'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'

type Line = Outputs['devices']['list']['rows'][number]

/** One page of devices; a row leads to the device. */
export function DevicesTable({ devices, asOf }: { devices: readonly Line[]; asOf: Date }) {
  const { slug } = useMsp()
  return (
    <DataTable
      caption="Devices by host name"
      columns={columnsAt(asOf)}
      rows={devices}
      rowKey={(device) => device.id}
      rowHref={(device) => paths.device(slug, device.id)}
    />
  )
}

const urgentWords: Partial<Record<Line['mark'], string>> = {
  failed: 'text-fail',
  'past-due': 'text-fail',
  'pending-reboot': 'text-warn',
}
const cut = 'max-w-0 truncate max-wide:max-w-none'

const columnsAt = (asOf: Date): Column<Line>[] => [
  {
    key: 'mark',
    head: 'State',
    width: '150px',
    narrow: 'mark',
    className: 'whitespace-nowrap',
    cell: ({ mark, word }) => (
      <span className="flex items-center gap-2">
        <StatusMark state={mark} />
        <span className={`max-wide:sr-only ${urgentWords[mark] ?? ''}`}>{word}</span>
      </span>
    ),
  },
  {
    key: 'host',
    head: 'Host',
    isKey: true,
    narrow: 'title',
    className: `${cut} w-[24%] max-wide:w-auto`,
    cell: ({ hostName }) => <span className="mono">{hostName}</span>,
  },
  {
    key: 'client',
    head: 'Client, site',
    narrow: 'detail',
    className: `${cut} w-[26%] max-wide:w-auto`,
    cell: ({ clientName, siteName, missingCount }) => (
      <>
        {clientName}, {siteName}
        <span className="wide:hidden">
          {' '}
          · {missingCount === 0 ? 'none missing' : plural(missingCount, 'missing', 'missing')}
        </span>
      </>
    ),
  },
  {
    key: 'missing',
    head: 'Missing',
    align: 'right',
    width: '84px',
    cell: ({ missingCount }) => <CountCell count={formatCount(missingCount)} tone="strong" />,
  },
  {
    key: 'seen',
    head: 'Last seen',
    align: 'right',
    narrow: 'trailing',
    width: '100px',
    className: 'whitespace-nowrap max-wide:text-detail max-wide:text-text-3',
    cell: ({ lastSeenAt }) => formatAge(lastSeenAt, asOf),
  },
  {
    key: 'ring',
    head: 'Ring',
    className: 'whitespace-nowrap',
    cell: ({ ringName }) => ringName ?? <NotThere label="no ring" />,
  },
  {
    key: 'agent',
    head: 'Agent',
    align: 'right',
    width: '84px',
    cell: ({ agentVersion }) => <span className="mono">{agentVersion}</span>,
  },
]
