import type { Metadata } from 'next'
import { ReportBar } from '@/app/_components/report-bar'
import { ReportSheet } from '@/app/_components/report-sheet'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { formatMonth } from '@/components/format'
import { Link } from '@/components/link'
import { paths } from '@/server/paths'
import { DeliverySection } from '../_components/delivery-section'
import { ReportFacts } from '../_components/report-facts'

type Props = PageProps<'/m/[msp]/reports/[id]'>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { msp, id } = await params
  const found = await load(serverApi(msp).reports.get.queryOptions({ reportId: id })).catch(() => null)
  return { title: found ? `${formatMonth(found.month)}, ${found.client.name}` : 'Report' }
}

/** One frozen report as its client reads it, and what makes it a record. */
export default async function ReportPage({ params }: Props) {
  const { msp, id } = await params
  const report = await orNotFound(load(serverApi(msp).reports.get.queryOptions({ reportId: id })))
  await load(serverApi(msp).reports.delivery.queryOptions({ reportId: id }))
  const { client, month, others, replacedBy } = report
  const crumbs = [
    { label: 'Reports', href: paths.reports(msp, { month }) },
    { label: client.name, href: paths.client(msp, client.id) },
    { label: formatMonth(month) },
  ]
  return (
    <>
      <TopBar crumbs={crumbs} />
      <PageBody>
        <div className="mx-auto flex w-full max-w-[860px] flex-col gap-4">
          <ReportBar
            month={month}
            pdfHref={paths.reportPdf(msp, id)}
            months={others.map((one) => ({ month: one.month, href: paths.report(msp, one.id) }))}
          />
          {replacedBy ? (
            <p className="rounded-panel border border-line bg-canvas px-5 py-3 text-body">
              This revision was replaced.{' '}
              <Link className="underline" href={paths.report(msp, replacedBy.id)}>
                Read revision {replacedBy.revision}
              </Link>
            </p>
          ) : null}
          <HydrateClient>
            <DeliverySection reportId={id} client={client} month={month} />
          </HydrateClient>
          <ReportSheet
            words={report.words}
            note={report.note}
            correction={report.correctionSentence}
            msp={msp}
            brand={report.brand}
          />
          <ReportFacts
            report={report}
            evidenceHref={paths.reportEvidence(msp, id)}
            definitionsHref={paths.reportDefinitions(msp, id)}
          />
        </div>
      </PageBody>
    </>
  )
}
