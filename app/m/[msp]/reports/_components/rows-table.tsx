import type { ReactNode } from 'react'
import { useMsp } from '@/app/_trpc/client'
import { DataTable, NotThere } from '@/components/data-table'
import { formatFullDateTime } from '@/components/format'
import { Link } from '@/components/link'
import type { Column } from '@/components/table-style'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import type { RowKind } from '@/server/report-rows/rules'

type Rows = Outputs['reports']['rows']
type Row = Rows['rows'][number]
type RowsTableProps = { rows: readonly Row[]; kind: RowKind; client: Rows['client']; caption: string; now: Date }

/** Rows of one kind; each leads to its computer, also where that belongs to the client no more. */
export function RowsTable({ rows, kind, client, caption, now }: RowsTableProps) {
  const { slug } = useMsp()
  const time = (at: Date | null) =>
    at ? (
      <time dateTime={at.toISOString()}>{formatFullDateTime(at, client.timeZone, now)}</time>
    ) : (
      <NotThere label="none" />
    )
  const parts = columnsOf(slug, time)
  return (
    <DataTable
      caption={caption}
      columns={[parts.computer, ...kinds[kind].map((name) => parts[name])]}
      rows={rows}
      rowKey={(row) => `${row.device.id} ${row.patch?.id} ${row.at?.toISOString()}`}
      rowHref={({ device }) =>
        device.isHere ? paths.device(slug, device.id) : paths.leftDevice(slug, client.id, device.id)
      }
    />
  )
}

type Part =
  | 'computer'
  | 'standing'
  | 'since'
  | 'last'
  | 'patch'
  | 'severity'
  | 'proved'
  | 'days'
  | 'due'
  | 'ended'
  | 'worked'
  | 'undone'
const kinds: Record<RowKind, Part[]> = {
  standing: ['standing', 'since'],
  computer: ['last'],
  install: ['patch', 'severity', 'proved', 'days', 'due'],
  try: ['patch', 'ended', 'worked'],
  undone: ['patch', 'undone'],
  spared: ['patch'],
}

/** As the report names them. */
const standingWords: Record<string, string> = {
  protected: 'Protected',
  late: 'Past due',
  held: 'Held',
  excepted: 'Excepted',
  'wait-for-restart': 'Waiting for a restart',
  'no-data': 'No data',
}

function columnsOf(slug: string, time: (at: Date | null) => ReactNode): Record<Part, Column<Row>> {
  const at = (key: Part, head: string): Column<Row> => ({
    ...{ key, head, width: '180px', narrow: 'detail', className: 'whitespace-nowrap' },
    cell: (row) => time(row.at),
  })
  return {
    computer: {
      ...{ key: 'computer', head: 'Computer', isKey: true, narrow: 'title' },
      cell: ({ device }) => <span className="mono break-all">{device.hostName || device.id}</span>,
    },
    standing: {
      ...{ key: 'standing', head: 'Standing', width: '190px', narrow: 'trailing' },
      cell: ({ standing }) => (standing ? (standingWords[standing] ?? standing) : null),
    },
    since: at('since', 'Since'),
    last: at('last', 'When'),
    patch: {
      ...{ key: 'patch', head: 'Update', narrow: 'trailing' },
      cell: ({ patch }) =>
        patch ? (
          <Link href={paths.patch(slug, patch.id)} className="link reach mono break-all">
            {patch.name} {patch.version}
          </Link>
        ) : null,
    },
    severity: {
      ...{ key: 'severity', head: 'Severity', width: '96px' },
      cell: ({ severity }) => severity,
    },
    proved: at('proved', 'Proved'),
    days: {
      ...{ key: 'days', head: 'Days', align: 'right', width: '72px' },
      cell: ({ days }) => days?.toFixed(2),
    },
    due: {
      ...{ key: 'due', head: 'Due', width: '240px', className: 'whitespace-nowrap wide:pl-6' },
      cell: ({ dueAt, isGood }) => (
        <>
          {time(dueAt)}
          {dueAt && !isGood ? <span className="text-fail">, late</span> : null}
        </>
      ),
    },
    ended: at('ended', 'Ended'),
    worked: {
      ...{ key: 'worked', head: 'Worked', width: '90px' },
      cell: ({ isGood }) => (isGood ? 'Yes' : 'No'),
    },
    undone: at('undone', 'Taken back'),
  }
}
