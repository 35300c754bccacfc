import type { Metadata } from 'next'
import { loadPortalReport } from '../../../_components/load-portal'
import { PortalReport } from '../../../_components/portal-report'

type Props = PageProps<'/portal/[msp]/[client]/reports'>

export const metadata: Metadata = { title: 'Reports' }

/** The newest monthly report of an organisation, or when the first one comes. */
export default async function NewestReportPage({ params }: Props) {
  const { msp, client } = await params
  return <PortalReport found={await loadPortalReport(msp, client)} />
}
