'use client'
import { useMsp } from '@/app/_trpc/client'
import { DataTable, NotThere } from '@/components/data-table'
import { FleetBar } from '@/components/fleet-bar'
import { formatList } from '@/components/format'
import { Link } from '@/components/link'
import { RingStrip } from '@/components/ring-strip'
import type { Column } from '@/components/table-style'
import { VirtualTable } from '@/components/virtual-table'
import { paths } from '@/server/paths'
import { clientColumns } from '../../_components/client-columns'
import { ringStripOf } from '../../_components/ring-strip-of'
import type { ClientRow } from './clients-view'

const mostPlain = 100

/** Every client on a line of its own, those at risk first; each leads to its page. */
export function ClientsTable({ rows, asOf }: { rows: readonly ClientRow[]; asOf: Date }) {
  const { slug } = useMsp()
  const shared = {
    caption: 'Clients, those at risk first',
    columns: columnsOf(slug, asOf),
    rows,
    rowKey: (row: ClientRow) => row.id,
    rowHref: (row: ClientRow) => paths.client(slug, row.id),
    lines: 2 as const,
  }
  return rows.length > mostPlain ? <VirtualTable {...shared} /> : <DataTable {...shared} />
}

function columnsOf(slug: string, asOf: Date): Column<ClientRow>[] {
  const shared = clientColumns<ClientRow>(asOf, ({ sites }) => (sites.length > 0 ? formatList(sites, 3) : 'No site'))
  const where: Column<ClientRow> = {
    key: 'where',
    head: 'Where they are',
    width: '124px',
    isExtra: true,
    cell: (row) => <WhereTheyAre row={row} />,
  }
  const inFlight: Column<ClientRow> = {
    key: 'in-flight',
    head: 'In flight',
    width: '148px',
    cell: ({ rollout }) =>
      rollout ? (
        <Link href={paths.rollout(slug, rollout.id)} className="block py-2" aria-label={`Rollout ${rollout.title}`}>
          <RingStrip {...ringStripOf(rollout.rings)} isCompact className="max-[1239px]:w-[84px]" />
        </Link>
      ) : (
        <NotThere />
      ),
  }
  const policy: Column<ClientRow> = {
    key: 'policy',
    head: 'Policy',
    width: '90px',
    isExtra: true,
    cell: (row) => (
      <Link className="link reach" href={paths.policy(slug, row.id)}>
        {row.hasOwnPolicy ? 'Own' : 'Standard'}
        <span className="sr-only"> policy of {row.name}</span>
      </Link>
    ),
  }
  const { mark, name, why, devices, compliance, pastDue, nextWindow } = shared
  return [mark, name, why, devices, where, compliance, pastDue, inFlight, policy, nextWindow]
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
