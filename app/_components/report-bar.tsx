import { ChevronLeft, ChevronRight, Download } from 'lucide-react'
import { formatMonth } from '@/components/format'
import { ButtonLink } from '@/components/ui/button-link'
import { buttonStyle } from '@/components/ui/button-style'

/** Over a report: the months beside this one (`months`: all that are there, the newest first), and the report as a file. */
export function ReportBar({
  month,
  months,
  pdfHref,
}: {
  month: string
  months: readonly { month: string; href: string }[]
  pdfHref: string
}) {
  const older = months.find((one) => one.month < month)
  const newer = months.findLast((one) => one.month > month)
  return (
    <div className="flex flex-wrap justify-between gap-2 print:hidden">
      <nav aria-label="Other months" className="flex flex-wrap gap-2">
        {older ? (
          <ButtonLink href={older.href} icon={<ChevronLeft size={14} aria-hidden />}>
            {nameBeside(older.month, month)}
          </ButtonLink>
        ) : null}
        {newer ? (
          <ButtonLink href={newer.href}>
            {nameBeside(newer.month, month)}
            <ChevronRight size={14} aria-hidden />
          </ButtonLink>
        ) : null}
      </nav>
      {/* No link of Next's: the browser stays where it is and takes the file. */}
      <a href={pdfHref} download className={buttonStyle()}>
        <Download size={14} aria-hidden />
        PDF
      </a>
    </div>
  )
}

/** The year only where it is another. */
const nameBeside = (month: string, here: string) =>
  formatMonth(month, month.slice(0, 4) === here.slice(0, 4) ? 'long' : 'full')
