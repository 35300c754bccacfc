import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { formatMonth } from '@/components/format'
import { paths } from '@/server/paths'
import { parseRowsQuery } from '@/server/report-rows/schema'
import { RowsView } from '../../_components/rows-view'

export const metadata: Metadata = { title: 'Rows of a report' }

/** The rows that one number of a frozen report was counted from: `?number=late`. */
export default async function RowsPage({ params, searchParams }: PageProps<'/m/[msp]/reports/[id]/rows'>) {
  const { msp, id } = await params
  const input = parseRowsQuery(id, await searchParams)
  const { client, month } = await orNotFound(load(serverApi(msp).reports.rows.queryOptions(input)))
  const crumbs = [
    { label: 'Reports', href: paths.reports(msp, { month }) },
    { label: client.name, href: paths.client(msp, client.id) },
    { label: formatMonth(month), href: paths.report(msp, id) },
    { label: 'How it is counted', href: paths.reportDefinitions(msp, id) },
    { label: 'Rows' },
  ]
  return (
    <>
      <TopBar crumbs={crumbs} />
      <PageBody>
        <HydrateClient>
          <RowsView input={input} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
