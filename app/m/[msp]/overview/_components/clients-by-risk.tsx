'use client'
import Link from 'next/link'
import { useMsp } from '@/app/_trpc/client'
import { CountCell, DataTable, NotThere } from '@/components/data-table'
import { formatCount, formatOf, plural } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { windowWords } from '../../_components/client-window'
import { ComplianceCell } from '../../_components/compliance-cell'
import { LabPolicyTag } from '../../_components/lab-policy-tag'

type Clients = Outputs['overview']['get']['clients']
type Line = Clients['rows'][number]

/** The clients that need looking after first, each with the reason in words. */
export function ClientsByRisk({ clients, asOf }: { clients: Clients; asOf: Date }) {
  const { slug } = useMsp()
  const more = clients.count - clients.rows.length
  return (
    <section aria-labelledby="clients-by-risk">
      <SectionHead
        id="clients-by-risk"
        isBare
        title="Clients by risk"
        count={more > 0 ? formatOf(clients.rows.length, clients.count) : formatCount(clients.count)}
        aside={<span className="max-wide:hidden">Order: past due, failed, waiting gates, no data; by share</span>}
      />
      <DataTable
        caption="Clients, those at risk first"
        columns={columns(asOf)}
        rows={clients.rows}
        rowKey={(row) => row.id}
        rowHref={(row) => paths.devices(slug, { client: row.id })}
      />
      <p className="pt-3">
        <Link className="link" href={paths.clients(slug)}>
          {more > 0 ? `Show all ${plural(clients.count, 'client', 'clients')}` : 'Open the clients page'}
        </Link>
        {more > 0 ? (
          <span className="pl-2 text-text-3">
            {`${formatCount(more)} more, ${moreNeeding(clients) === 0 ? 'none needs you' : `${formatCount(moreNeeding(clients))} of them need you`}`}
          </span>
        ) : null}
      </p>
    </section>
  )
}

const moreNeeding = (clients: Clients) => clients.needing - clients.rows.filter((row) => row.risk.needsPerson).length

function columns(asOf: Date): Column<Line>[] {
  const number = (key: string, head: string, count: (row: Line) => number, tone?: 'fail' | 'strong'): Column<Line> => ({
    key,
    head,
    align: 'right',
    width: '76px',
    cell: (row) => <CountCell count={formatCount(count(row))} tone={tone} />,
  })
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
      width: '24%',
      cell: (row) => (
        <span className="inline-flex flex-wrap items-center gap-x-2">
          {row.name} <LabPolicyTag isLab={row.isLab} />
        </span>
      ),
    },
    { key: 'why', head: 'Why it stands here', narrow: 'detail', cell: (row) => <RiskWords row={row} /> },
    number('devices', 'Devices', (row) => row.counts.devices),
    {
      key: 'compliance',
      head: 'Compliance',
      align: 'right',
      width: '100px',
      narrow: 'trailing',
      cell: (row) => <ComplianceCell counts={row.counts} />,
    },
    number('past-due', 'Past due', (row) => row.counts.pastDue, 'fail'),
    number('reboot', 'Reboot', (row) => row.counts.rebootPending),
    number('silent', 'Silent', (row) => row.counts.silent + row.counts.noData),
    {
      key: 'window',
      head: 'Next window',
      width: '150px',
      className: 'whitespace-nowrap',
      cell: (row) => windowWords(row.nextWindow, row.timeZone, asOf) ?? <NotThere />,
    },
  ]
}

function RiskWords({ row }: { row: Line }) {
  return <span className={row.risk.mark === 'installed' ? 'text-text-3' : undefined}>{row.risk.words}</span>
}
