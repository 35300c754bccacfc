import { ReportBar } from '@/app/_components/report-bar'
import { ReportSheet } from '@/app/_components/report-sheet'
import { Link } from '@/components/link'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { PortalArchive } from './portal-archive'
import { PortalFrame } from './portal-frame'

/** A month as the manager of an organisation reads it. */
export function PortalReport({ found }: { found: Outputs['portal']['report'] }) {
  const { report, organisation, msp } = found
  const href = (month: string) => paths.portalReports(msp.slug, organisation.slug, month)
  return (
    <PortalFrame frame={found} place="reports">
      {report ? (
        <>
          <ReportBar
            month={report.month}
            pdfHref={paths.reportPdf(msp.slug, report.id)}
            months={report.others.map(({ month }) => ({ month, href: href(month) }))}
          />
          <ReportSheet
            words={report.words}
            note={report.note}
            correction={report.correctionSentence}
            msp={msp.slug}
            brand={report.brand}
          />
          <p className="px-1 text-detail text-text-3 print:hidden">
            <Link href={paths.portalDefinitions(msp.slug, organisation.slug, report.month)} className="link reach">
              How each number is counted
            </Link>
          </p>
          <PortalArchive
            months={report.others.map(({ month }) => ({ month, href: href(month), isHere: month === report.month }))}
          />
        </>
      ) : (
        <article className="rounded-panel border border-line bg-canvas px-14 py-12 max-wide:px-5 max-wide:py-8">
          <h1 className="font-semibold text-report max-wide:text-title">Your first report is still to come</h1>
          <p className="max-w-[560px] pt-3 text-text-2 text-why">
            It is counted on the first of the next month, and stays here with all that follow.
          </p>
        </article>
      )}
    </PortalFrame>
  )
}
