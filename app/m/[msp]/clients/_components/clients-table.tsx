'use client'
import Link from 'next/link'
import { useMsp } from '@/app/_trpc/client'
import { CountCell, DataTable, NotThere } from '@/components/data-table'
import { FleetBar } from '@/components/fleet-bar'
import { formatCount, formatList, plural } from '@/components/format'
import { RingStrip } from '@/components/ring-strip'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import { VirtualTable } from '@/components/virtual-table'
import { paths } from '@/server/paths'
import { windowWords } from '../../_components/client-window'
import { ComplianceCell } from '../../_components/compliance-cell'
import { LabPolicyTag } from '../../_components/lab-policy-tag'
import { ringStripOf } from '../../rollouts/_components/ring-strip-of'
import type { ClientRow } from './clients-view'

const mostPlain = 100

/** Every client on a line of its own, those at risk first; each leads to its devices. */
export function ClientsTable({ rows, asOf }: { rows: readonly ClientRow[]; asOf: Date }) {
  const { slug } = useMsp()
  const shared = {
    caption: 'Clients, those at risk first',
    columns: columns(slug, asOf),
    rows,
    rowKey: (row: ClientRow) => row.id,
    rowHref: (row: ClientRow) => paths.devices(slug, { client: row.id }),
    lines: 2 as const,
  }
  return rows.length > mostPlain ? <VirtualTable {...shared} /> : <DataTable {...shared} />
}

function columns(slug: string, asOf: Date): Column<ClientRow>[] {
  return [
    {
      key: 'mark',
      head: 'State',
      isHeadHidden: true,
      width: '28px',
      narrow: 'mark',
      cell: (row) => <StatusMark state={row.risk.mark} />,
    },
    {
      key: 'name',
      head: 'Client',
      isKey: true,
      narrow: 'title',
      width: '20%',
      cell: (row) => (
        <span className="block min-w-0">
          <span className="inline-flex flex-wrap items-center gap-x-2">
            {row.name} <LabPolicyTag isLab={row.isLab} />
          </span>
          <span className="block font-normal text-detail text-text-3 max-wide:hidden">
            {row.sites.length > 0 ? formatList(row.sites, 3) : 'No site'}
          </span>
        </span>
      ),
    },
    {
      key: 'why',
      head: 'Why it stands here',
      narrow: 'detail',
      cell: (row) => (
        <span className={row.risk.mark === 'installed' ? 'text-text-3' : undefined}>
          {row.risk.words}
          <span className="text-text-3 wide:hidden"> · {plural(row.counts.devices, 'device', 'devices')}</span>
        </span>
      ),
    },
    {
      key: 'devices',
      head: 'Devices',
      align: 'right',
      width: '72px',
      cell: (row) => <CountCell count={formatCount(row.counts.devices)} />,
    },
    { key: 'where', head: 'Where they are', width: '124px', cell: (row) => <WhereTheyAre row={row} /> },
    {
      key: 'compliance',
      head: 'Compliance',
      align: 'right',
      width: '92px',
      narrow: 'trailing',
      cell: (row) => <ComplianceCell counts={row.counts} />,
    },
    {
      key: 'past-due',
      head: 'Past due',
      align: 'right',
      width: '76px',
      cell: (row) => <CountCell count={formatCount(row.counts.pastDue)} tone="fail" />,
    },
    {
      key: 'in-flight',
      head: 'In flight',
      width: '148px',
      cell: (row) =>
        row.rollout ? (
          <Link
            href={paths.rollout(slug, row.rollout.id)}
            className="block"
            aria-label={`Rollout ${row.rollout.title}`}
          >
            <RingStrip {...ringStripOf(row.rollout.rings)} isCompact />
          </Link>
        ) : (
          <NotThere />
        ),
    },
    {
      key: 'policy',
      head: 'Policy',
      width: '90px',
      cell: (row) => (
        <Link className="link" href={paths.policy(slug, row.id)}>
          {row.hasOwnPolicy ? 'Own' : 'Standard'}
          <span className="sr-only"> policy of {row.name}</span>
        </Link>
      ),
    },
    {
      key: 'window',
      head: 'Next window',
      width: '128px',
      className: 'whitespace-nowrap',
      cell: (row) => windowWords(row.nextWindow, row.timeZone, asOf) ?? <NotThere />,
    },
  ]
}

function WhereTheyAre({ row: { counts } }: { row: ClientRow }) {
  if (counts.devices === 0) return null
  return (
    <FleetBar
      isCompact
      parts={[
        { kind: 'compliant', count: counts.compliant, word: 'Compliant' },
        { kind: 'pending-reboot', count: counts.rebootPending, word: 'Pending reboot' },
        { kind: 'past-due', count: counts.pastDue, word: 'Past due' },
        { kind: 'no-data', count: counts.noData, word: 'No data' },
      ]}
    />
  )
}
