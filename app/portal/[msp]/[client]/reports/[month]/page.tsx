import type { Metadata } from 'next'
import { formatMonth } from '@/components/format'
import { loadPortalReport } from '../../../../_components/load-portal'
import { PortalReport } from '../../../../_components/portal-report'

type Props = PageProps<'/portal/[msp]/[client]/reports/[month]'>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { month } = await params
  return { title: `Report of ${formatMonth(month)}` }
}

/** The report of one month. */
export default async function MonthPage({ params }: Props) {
  const { msp, client, month } = await params
  return <PortalReport found={await loadPortalReport(msp, client, month)} />
}
