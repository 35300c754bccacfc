'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { formatCount, formatMonth, plural } from '@/components/format'
import { PageHeader } from '@/components/page-header'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import { paths } from '@/server/paths'
import { numberNames, reportNumbers } from '@/server/report-rows/rules'
import type { ListReportRows } from '@/server/report-rows/schema'
import { DownloadCsv } from '../../_components/download-csv'
import { RowsTable } from './rows-table'

/** What one number of a report was counted from, and whether counting it today still gives that number. */
export function RowsView({ input }: { input: ListReportRows }) {
  const { slug } = useMsp()
  const router = useRouter()
  const { data } = useSuspenseQuery(useTrpc().reports.rows.queryOptions(input))
  const { client, month, number, frozen, counted, rows, next } = data
  const { name, formula, kind } = reportNumbers[number]
  const href = (after?: string) => paths.reportRows(slug, input.reportId, { number, after })
  return (
    <>
      <PageHeader
        over={`${client.name}, ${formatMonth(month)}`}
        title={`${name}: ${frozen === null ? 'not kept' : formatCount(frozen)}`}
        lead={formula}
        actions={<DownloadCsv list="report-rows" filters={{ report: input.reportId }} />}
      />
      <section aria-label="Rows" className="flex flex-col gap-3">
        <div className="flex">
          <Select
            label="Number"
            className="h-[30px] min-w-60 max-wide:h-11 max-wide:flex-1"
            value={number}
            options={numberNames.map((one) => ({ value: one, label: reportNumbers[one].name }))}
            onChange={(value) => router.push(paths.reportRows(slug, input.reportId, { number: value }))}
          />
        </div>
        {frozen === counted ? null : <Drift frozen={frozen} counted={counted} />}
        {rows.length === 0 ? (
          <EmptyState
            level={2}
            title="No row"
            lead={counted === 0 ? 'Nothing was counted here.' : 'The list ends before this page.'}
          />
        ) : (
          <>
            <RowsTable
              rows={rows}
              kind={kind}
              client={client}
              caption={`${name} of ${formatMonth(month)}`}
              now={data.asOf}
            />
            <Pagination
              summary={`${formatCount(input.after + 1)} to ${formatCount(input.after + rows.length)} of ${plural(counted, 'row', 'rows')}`}
              newerHref={input.after > 0 ? href() : null}
              olderHref={next ? href(next) : null}
              newerLabel="First page"
              olderLabel="More rows"
            />
          </>
        )}
      </section>
    </>
  )
}

/** The report stays as it was frozen; what its rows hang on may have been changed since. */
function Drift({ frozen, counted }: { frozen: number | null; counted: number }) {
  return (
    <p role="note" className="rounded-panel border border-line-strong bg-well px-4 py-3 text-body">
      {frozen === null
        ? 'The report does not say this number: how it stood was not kept then.'
        : `The report says ${formatCount(frozen)}, and counted today it is ${formatCount(counted)}: due dates, or what came of a rollout, were changed after it was frozen. What is frozen stays.`}
    </p>
  )
}
