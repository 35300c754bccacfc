import { ChevronLeft } from 'lucide-react'
import { DefinitionsSheet } from '@/app/_components/definitions-sheet'
import { formatMonth } from '@/components/format'
import { ButtonLink } from '@/components/ui/button-link'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { PortalFrame } from './portal-frame'

type Found = Outputs['portal']['report']
type PortalDefinitionsProps = { frame: Omit<Found, 'report'>; report: NonNullable<Found['report']> }

/** How a month was counted, as the manager of an organisation reads it: the rows stay with who looks after the computers. */
export function PortalDefinitions({ frame, report }: PortalDefinitionsProps) {
  const back = paths.portalReports(frame.msp.slug, frame.organisation.slug, report.month)
  return (
    <PortalFrame frame={frame} place="reports">
      <div className="flex print:hidden">
        <ButtonLink href={back} icon={<ChevronLeft size={14} aria-hidden />}>
          {formatMonth(report.month)}
        </ButtonLink>
      </div>
      <div className="rounded-panel border border-line bg-canvas px-14 py-12 max-wide:px-5 max-wide:py-8">
        <DefinitionsSheet report={report} />
      </div>
    </PortalFrame>
  )
}
