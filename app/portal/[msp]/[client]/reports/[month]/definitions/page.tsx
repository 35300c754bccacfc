import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { loadPortalReport } from '../../../../../_components/load-portal'
import { PortalDefinitions } from '../../../../../_components/portal-definitions'

export const metadata: Metadata = { title: 'How it is counted' }

/** Each number of the report of one month: what it is, and by which formula. */
export default async function DefinitionsPage({
  params,
}: PageProps<'/portal/[msp]/[client]/reports/[month]/definitions'>) {
  const { msp, client, month } = await params
  const { report, ...frame } = await loadPortalReport(msp, client, month)
  if (!report) notFound()
  return <PortalDefinitions frame={frame} report={report} />
}
