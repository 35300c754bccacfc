import type { Metadata } from 'next'
import { load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { formatMonth } from '@/components/format'
import { paths } from '@/server/paths'
import { EvidenceSheet } from '../../_components/evidence-sheet'

export const metadata: Metadata = { title: 'Evidence' }

/** What one frozen report supports when somebody asks for evidence of patching. */
export default async function EvidencePage({ params }: PageProps<'/m/[msp]/reports/[id]/evidence'>) {
  const { msp, id } = await params
  const report = await orNotFound(load(serverApi(msp).reports.get.queryOptions({ reportId: id })))
  const { client, month } = report
  const crumbs = [
    { label: 'Reports', href: paths.reports(msp, { month }) },
    { label: client.name, href: paths.client(msp, client.id) },
    { label: formatMonth(month), href: paths.report(msp, id) },
    { label: 'Evidence' },
  ]
  return (
    <>
      <TopBar crumbs={crumbs} />
      <PageBody>
        <EvidenceSheet report={report} slug={msp} />
      </PageBody>
    </>
  )
}
