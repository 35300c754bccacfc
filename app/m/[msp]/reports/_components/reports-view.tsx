'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { formatMonth, formatShare, plural } from '@/components/format'
import { PageHeader } from '@/components/page-header'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import { paths } from '@/server/paths'
import type { ListReports } from '@/server/reports/schema'
import { DownloadCsv } from '../../_components/download-csv'
import { ReportsTable } from './reports-table'
import { SendBar } from './send-bar'
import { UncountedSection } from './uncounted-section'

/** The frozen reports of one month, a line for each client. */
export function ReportsView({ input }: { input: ListReports }) {
  const { slug } = useMsp()
  const router = useRouter()
  const { data } = useSuspenseQuery(useTrpc().reports.list.queryOptions(input))
  const { month, months, rows, uncounted, next, asOf } = data
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  if (month === null) return <NoReports />
  const here = { month, client: input.clientId }
  const all = rows.reduce((sum, row) => sum + row.computers.all, 0)
  const good = rows.reduce((sum, row) => sum + row.computers.protected, 0)
  const isWhole = next === null && !input.after
  return (
    <>
      <PageHeader
        title={`Reports of ${formatMonth(month)}`}
        lead={
          isWhole && all > 0
            ? `${plural(rows.length, 'client', 'clients')}: ${formatShare(good / all)} of ${plural(all, 'computer was', 'computers were')} protected. Frozen, and the same for ever.`
            : 'Frozen, and the same for ever.'
        }
        actions={<DownloadCsv list="reports" />}
      />
      <section aria-label="Reports" className="flex flex-col gap-3">
        <div className="flex">
          <Select
            label="Month"
            className="h-[30px] min-w-44 max-wide:h-11 max-wide:flex-1"
            value={month}
            options={months.map((one) => ({ value: one, label: formatMonth(one) }))}
            onChange={(value) => router.push(paths.reports(slug, { month: value, client: input.clientId }))}
          />
        </div>
        {uncounted.length > 0 ? <UncountedSection uncounted={uncounted} month={month} /> : null}
        {rows.length > 0 ? (
          <>
            <SendBar reports={rows} chosen={chosen} month={month} />
            <ReportsTable reports={rows} month={month} now={asOf} chosen={chosen} onChoose={setChosen} />
            <Pagination
              summary={`${plural(rows.length, 'report', 'reports')} in view`}
              newerHref={input.after ? paths.reports(slug, here) : null}
              olderHref={next ? paths.reports(slug, { ...here, after: next }) : null}
              newerLabel="First page"
              olderLabel="More clients"
            />
          </>
        ) : uncounted.length > 0 ? null : (
          <EmptyState
            level={2}
            title="No report here"
            lead={`No client you see has a report of ${formatMonth(month)}.`}
          />
        )}
      </section>
    </>
  )
}

function NoReports() {
  return (
    <EmptyState
      level={1}
      title="No month has been reported yet"
      lead="On the first of each month at 06:00, in the client’s own time zone, Patchward counts the month that ended and freezes it as one page."
      stepsTitle="What a client reads"
      steps={[
        {
          title: 'Three sentences',
          text: 'How many computers were protected, what the others wait for, what was taken back.',
        },
        { title: 'The numbers behind them', text: 'Every computer stands in one line, nobody left out.' },
        {
          title: 'Never another number',
          text: 'What is frozen does not change. A correction is a new revision that names the old.',
        },
      ]}
    />
  )
}
