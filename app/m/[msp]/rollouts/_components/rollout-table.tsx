'use client'
import { useMsp } from '@/app/_trpc/client'
import { DataTable } from '@/components/data-table'
import { formatDateTime } from '@/components/format'
import { toneText } from '@/components/mark-state'
import { RingStrip } from '@/components/ring-strip'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { LabPolicyMark } from '../../_components/lab-policy-tag'
import { ringStripOf } from '../../_components/ring-strip-of'
import { stateMarks } from '../../_components/state-mark'

type Row = Outputs['rollouts']['list']['rows'][number]

/** Rollouts with their rings and how they stand. */
export function RolloutTable({ rows, now }: { rows: readonly Row[]; now: Date }) {
  const { slug } = useMsp()
  const columns: Column<Row>[] = [
    {
      key: 'mark',
      head: 'State',
      isHeadHidden: true,
      width: '16px',
      narrow: 'mark',
      cell: (row) => <StatusMark state={stateMarks[row.words.kind].mark} />,
    },
    {
      key: 'title',
      head: 'Rollout',
      isKey: true,
      narrow: 'title',
      width: '26%',
      cell: (row) => (
        <span className="flex items-center gap-x-2 max-wide:flex-wrap">
          <span className="line-clamp-2 min-w-0">{row.title}</span>
          <LabPolicyMark isLab={row.isLab} />
        </span>
      ),
    },
    {
      key: 'number',
      head: 'Number',
      width: '72px',
      cell: (row) => <span className="mono text-text-3">R-{row.number}</span>,
    },
    {
      key: 'client',
      head: 'Client',
      width: '18%',
      cell: (row) => row.client.name,
    },
    {
      key: 'rings',
      head: 'Rings',
      width: '148px',
      narrow: 'trailing',
      cell: (row) => <RingStrip {...ringStripOf(row.rings)} isCompact className="max-wide:w-[72px]" />,
    },
    {
      key: 'sentence',
      head: 'How it stands',
      narrow: 'detail',
      width: '28%',
      cell: (row) => <StateLine row={row} />,
    },
    {
      key: 'started',
      head: 'Started',
      align: 'right',
      width: '140px',
      className: 'whitespace-nowrap',
      cell: (row) => <span className="text-text-3">{formatDateTime(row.startedAt, row.client.timeZone, now)}</span>,
    },
  ]
  return (
    <DataTable
      caption="Rollouts, newest first"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      rowHref={(row) => paths.rollout(slug, row.id)}
      lines={2}
    />
  )
}

function StateLine({ row }: { row: Row }) {
  const { tone } = stateMarks[row.words.kind]
  const isLoud = tone === 'warn' || tone === 'back'
  return (
    <span className="block">
      <span className={isLoud ? `${toneText[tone]} font-key` : 'text-text-2'}>{row.words.sentence}</span>
      <span className="wide:hidden">
        {' '}
        · {row.client.name} · R-{row.number}
      </span>
    </span>
  )
}
