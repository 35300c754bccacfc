import type { Metadata } from 'next'
import { DefinitionsSheet } from '@/app/_components/definitions-sheet'
import { load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { formatMonth } from '@/components/format'
import { paths } from '@/server/paths'

export const metadata: Metadata = { title: 'How it is counted' }

/** Each number of one frozen report: what it is, by which formula, and the way to its rows. */
export default async function DefinitionsPage({ params }: PageProps<'/m/[msp]/reports/[id]/definitions'>) {
  const { msp, id } = await params
  const report = await orNotFound(load(serverApi(msp).reports.get.queryOptions({ reportId: id })))
  const { client, month } = report
  const crumbs = [
    { label: 'Reports', href: paths.reports(msp, { month }) },
    { label: client.name, href: paths.client(msp, client.id) },
    { label: formatMonth(month), href: paths.report(msp, id) },
    { label: 'How it is counted' },
  ]
  return (
    <>
      <TopBar crumbs={crumbs} />
      <PageBody>
        <DefinitionsSheet report={report} rowsHref={(number) => paths.reportRows(msp, id, { number })} />
      </PageBody>
    </>
  )
}
