'use client'
import { useMsp } from '@/app/_trpc/client'
import { DataTable } from '@/components/data-table'
import { formatCount, formatOf, plural } from '@/components/format'
import { Link } from '@/components/link'
import { SectionHead } from '@/components/section-head'
import type { Column } from '@/components/table-style'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { clientColumns, clientCount, clientOrder } from '../../_components/client-columns'

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
        aside={<span className="max-wide:hidden">{clientOrder}</span>}
      />
      <DataTable
        caption="Clients, those at risk first"
        columns={columnsAt(asOf)}
        rows={clients.rows}
        rowKey={(row) => row.id}
        rowHref={(row) => paths.devices(slug, { client: row.id })}
      />
      <p className="pt-3">
        <Link className="link reach" href={paths.clients(slug)}>
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

function columnsAt(asOf: Date): Column<Line>[] {
  const { mark, name, why, devices, compliance, pastDue, nextWindow } = clientColumns<Line>(asOf)
  const reboot = clientCount<Line>('reboot', 'Reboot', (row) => row.counts.rebootPending)
  const silent = clientCount<Line>('silent', 'Silent', (row) => row.counts.silent + row.counts.noData)
  return [mark, name, why, devices, compliance, pastDue, reboot, silent, nextWindow]
}
