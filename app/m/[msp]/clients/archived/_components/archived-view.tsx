'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { DataTable, NotThere } from '@/components/data-table'
import { formatCount, formatDateTime, plural } from '@/components/format'
import { PageHeader } from '@/components/page-header'
import { SectionHead } from '@/components/section-head'
import type { Column } from '@/components/table-style'
import { EmptyState } from '@/components/ui/empty-state'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { DownloadCsv } from '../../../_components/download-csv'

type Data = Outputs['clients']['archived']
type Archived = Data['archived'][number]
type Erased = Data['erased'][number]

/** Clients that were put away, and the proofs of those that were erased. */
export function ArchivedView() {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const { data } = useSuspenseQuery(trpc.clients.archived.queryOptions())
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const { archived, erased, asOf } = data
  const at = (date: Date | null) => (date ? formatDateTime(date, session.timeZone, asOf) : '')
  const columns: Column<Archived>[] = [
    { key: 'name', head: 'Client', isKey: true, narrow: 'title', cell: (row) => row.name },
    { key: 'archived', head: 'Archived', width: '220px', narrow: 'detail', cell: (row) => at(row.archivedAt) },
    {
      key: 'erasure',
      head: 'Erasure',
      cell: (row) =>
        row.erasure ? (
          <span className="font-key text-fail">
            {at(row.erasure.dueAt)}, asked for by {row.erasure.requestedBy}
          </span>
        ) : (
          <NotThere />
        ),
    },
  ]
  return (
    <>
      {archived.length === 0 ? (
        <EmptyState
          level={1}
          title="No client is archived"
          lead="Archive a client on its page: it leaves every list and count, and keeps all that it had."
        />
      ) : (
        <>
          <PageHeader
            title={plural(archived.length, 'archived client', 'archived clients')}
            lead="In no other list and no count. Open one to restore it, export it, or have it erased."
            meta={<p className="text-detail text-text-3">Newest first. Times in {session.timeZone}.</p>}
            actions={<DownloadCsv list="archived-clients" of="the archived clients" />}
          />
          <DataTable
            caption="Archived clients, newest first"
            columns={columns}
            rows={archived}
            rowKey={(row) => row.id}
            rowHref={(row) => paths.client(slug, row.id)}
          />
        </>
      )}
      {erased.length > 0 ? <ErasedSection erased={erased} at={at} /> : null}
    </>
  )
}

function ErasedSection({ erased, at }: { erased: readonly Erased[]; at: (date: Date | null) => string }) {
  return (
    <section aria-labelledby="erased-head" className="pt-8">
      <SectionHead
        id="erased-head"
        title="Erased"
        count={plural(erased.length, 'client', 'clients')}
        aside={
          <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-2">
            What is left of them is this proof
            <DownloadCsv list="erased-clients" of="the erased clients" />
          </span>
        }
      />
      <ul>
        {erased.map((one) => (
          <li key={one.id} className="border-line border-b py-3">
            <p className="font-key text-body text-text">{one.clientName}</p>
            <p className="text-body text-text-2">
              {plural(one.rows, 'row', 'rows')} erased by {at(one.erasedAt)}. Asked for by {one.requestedBy},{' '}
              {at(one.requestedAt)}: {one.reason}
            </p>
            <details>
              <summary className="link min-h-6 w-fit cursor-pointer text-detail max-wide:min-h-11">
                Show the proof
              </summary>
              <p className="pt-2 text-detail text-text-3">{one.proof?.kept}</p>
              <table className="mt-2 w-full text-detail">
                <caption className="sr-only">Rows and digests of {one.clientName}</caption>
                <thead>
                  <tr className="border-line border-b text-left text-text-3">
                    <th scope="col" className="py-1 font-normal">
                      Table
                    </th>
                    <th scope="col" className="py-1 pr-4 text-right font-normal">
                      Rows
                    </th>
                    <th scope="col" className="py-1 font-normal">
                      SHA-256 over their keys, in order, {formatCount(one.proof?.batchRows ?? 0)} a link
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {(one.proof?.tables ?? []).map((table) => (
                    <tr key={table.table} className="border-line border-b">
                      <th scope="row" className="mono py-1 pr-4 text-left font-normal">
                        {table.table}
                      </th>
                      <td className="py-1 pr-4 text-right">{formatCount(table.rows)}</td>
                      <td className="mono break-all py-1">{table.sha256}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </details>
          </li>
        ))}
      </ul>
    </section>
  )
}
